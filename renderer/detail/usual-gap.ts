import type { Detail } from '../../core/model/detail.ts'

/** The median time between the checkpoints that are still known, milliseconds; `undefined` below four of them. */
export function usualCheckpointGap(detail: Detail | undefined): number | undefined {
  if (detail === undefined) return undefined
  const gaps: number[] = []
  let before: number | undefined
  for (const event of detail.events.items) {
    if (event.kind !== 'task.checkpoint') continue
    // A folded checkpoint stands for several that came in between.
    if (before !== undefined) gaps.push((event.at - before) / (1 + (event.folded ?? 0)))
    before = event.at
  }
  if (gaps.length < 3) return undefined
  gaps.sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)]
}
