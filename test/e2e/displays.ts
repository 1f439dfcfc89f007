/** The displays that `npm test` made for these tests. None on a machine with a screen, and when Playwright is run by hand. */
export const displays: readonly string[] = (process.env.TASKSCOPE_TEST_DISPLAYS ?? '').split(' ').filter(Boolean)

/** Puts what this worker starts, by whatever way, on a display of its own; without displays of ours, leaves all as it is. */
export function moveToOwnDisplay(): void {
  const own = displays[Number(process.env.TEST_PARALLEL_INDEX ?? 0)]
  if (own !== undefined) process.env.DISPLAY = own
}
