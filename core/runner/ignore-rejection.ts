/** For promises that nobody needs to await: the rejection is the end of a task, which has been told already. */
export function ignoreRejection(): void {
  // Deliberately nothing.
}
