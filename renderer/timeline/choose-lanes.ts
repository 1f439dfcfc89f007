/**
 * Which tasks get a lane. The selected one always; then those that live, then those that ended within the stretch of
 * time in view, newest first, up to a limit. Siblings of one name that do not overlap share a lane.
 */
import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type Row, type TaskRow } from '../../core/model/row.ts'
import type { TaskTime, TaskTimes } from './task-times.ts'
import type { TimeSpan } from './time-span.ts'

export interface ChosenLane {
  /** In order of time. */
  readonly tasks: readonly TaskRow[]
}

export interface LaneChoice {
  readonly lanes: readonly ChosenLane[]
  /** Tasks in view that got no lane. */
  readonly left: number
}

/** The feed carries at most 200 lanes. */
export const mostTasks = 200
/** More lanes than this nobody reads. */
export const mostLanes = 60

export function chooseLanes(
  times: TaskTimes,
  rows: ReadonlyMap<NodeKey, Row>,
  selected: NodeKey | undefined,
  span: TimeSpan,
): LaneChoice {
  const row = selected === undefined ? undefined : rows.get(selected)
  const { keys, seen } = inView(times, row !== undefined && isTaskRow(row) ? row.key : undefined, span)
  const chosen = keys.flatMap((key) => {
    const each = rows.get(key)
    return each !== undefined && isTaskRow(each) ? [each] : []
  })
  const all = packed(
    chosen.sort((a, b) => a.ord - b.ord),
    selected,
  )
  const lanes = all.length <= mostLanes ? all : mostInteresting(all, selected)
  const shown = lanes.reduce((count, lane) => count + lane.tasks.length, 0)
  return { lanes, left: seen - shown }
}

/** The keys of the most interesting tasks in view, and how many there are in all. */
function inView(
  times: TaskTimes,
  selected: NodeKey | undefined,
  span: TimeSpan,
): { readonly keys: readonly NodeKey[]; readonly seen: number } {
  const living: TaskTime[] = []
  const over: NodeKey[] = []
  let seen = 0
  for (const time of times.live()) {
    if (time.placeholder || time.key === selected || time.from > span.to) continue
    living.push(time)
    seen += 1
  }
  if (living.length > mostTasks) living.sort((a, b) => b.ord - a.ord).length = mostTasks
  const ended = times.ended()
  for (let place = ended.length - 1; place >= 0; place -= 1) {
    const time = ended[place]
    if (time === undefined || (time.end ?? 0) < span.from) break
    if (time.placeholder || time.key === selected || time.from > span.to) continue
    if (over.length < mostTasks) over.push(time.key)
    seen += 1
  }
  const keys = [...living.map(({ key }) => key), ...over]
  if (selected === undefined) return { keys: keys.slice(0, mostTasks), seen }
  return { keys: [selected, ...keys].slice(0, mostTasks), seen: seen + 1 }
}

function mostInteresting(lanes: readonly ChosenLane[], selected: NodeKey | undefined): readonly ChosenLane[] {
  const best = (lane: ChosenLane) =>
    Math.min(...lane.tasks.map((row) => (row.key === selected ? 0 : isTerminal(row.state) ? 2 : 1)))
  const kept = new Set(
    lanes
      .map((lane, place) => ({ lane, place, rank: best(lane) }))
      .sort((a, b) => a.rank - b.rank || b.place - a.place)
      .slice(0, mostLanes)
      .map((entry) => entry.lane),
  )
  return lanes.filter((lane) => kept.has(lane))
}

function packed(rows: readonly TaskRow[], selected: NodeKey | undefined): readonly ChosenLane[] {
  const lanes: TaskRow[][] = []
  const siblings = new Map<string, TaskRow[][]>()
  for (const row of rows) {
    const group = `${row.parent ?? ''}\n${row.source}\n${row.name}`
    const own = siblings.get(group) ?? []
    siblings.set(group, own)
    const free = row.key === selected ? undefined : own.find((lane) => fits(lane, row, selected))
    if (free !== undefined) {
      free.push(row)
      continue
    }
    const lane = [row]
    own.push(lane)
    lanes.push(lane)
  }
  return lanes.map((tasks) => ({ tasks }))
}

function fits(lane: readonly TaskRow[], row: TaskRow, selected: NodeKey | undefined): boolean {
  const last = lane.at(-1)
  return last !== undefined && last.key !== selected && last.endedAt !== undefined && last.endedAt <= row.createdAt
}
