/** How a task is really polled, beside the interval that its host asked for. */
import { durationText } from '../../core/model/duration.ts'
import type { FrameRow } from '../../core/model/frame.ts'

/** Polls below this number have no cadence to speak of. */
const fewest = 3

/**
 * In words; `undefined` while there were too few polls to tell. What Taskscope injects into another client's conversation
 * is none of that client's polls.
 * @param frames those of one task
 * @param askedMs the interval that its host asked for, milliseconds
 */
export function cadenceText(frames: readonly FrameRow[], askedMs: number | undefined): string | undefined {
  const polls = frames.filter(({ kind, method, dir }) => {
    return kind === 'request' && method === 'tasks/get' && (dir === 'c2s' || dir === 's2c')
  })
  if (polls.length < fewest) return undefined
  const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? at))
  const usual = gaps.toSorted((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? 0
  const asked = askedMs === undefined ? 'no interval was asked for' : `${durationText(askedMs)} was asked for`
  return `Polled ${polls.length} times, every ${durationText(usual)}; ${asked}.`
}
