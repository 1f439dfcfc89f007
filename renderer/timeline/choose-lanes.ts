/**
 * Which tasks get a lane. The selected one always; then those that live, then those that ended within the stretch of
 * time in view, newest first, up to a limit. Siblings of one name that do not overlap share a lane.
 */
import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import { isTaskRow, type Row, type TaskRow } from '../../core/model/row.ts'
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

export function chooseLanes(rows: Iterable<Row>, selected: NodeKey | undefined, span: TimeSpan): LaneChoice {
  const seen: TaskRow[] = []
  for (const row of rows) {
    if (!isTaskRow(row) || row.placeholder) continue
    if (row.key === selected || (row.createdAt <= span.to && (row.endedAt ?? Number.POSITIVE_INFINITY) >= span.from)) {
      seen.push(row)
    }
  }
  const chosen = seen.length <= mostTasks ? seen : seen.sort(byInterest(selected)).slice(0, mostTasks)
  const all = packed(
    [...chosen].sort((a, b) => a.ord - b.ord),
    selected,
  )
  const lanes = all.length <= mostLanes ? all : mostInteresting(all, selected)
  const shown = lanes.reduce((count, lane) => count + lane.tasks.length, 0)
  return { lanes, left: seen.length - shown }
}

function byInterest(selected: NodeKey | undefined) {
  const rank = (row: TaskRow) => (row.key === selected ? 0 : isTerminal(row.state) ? 2 : 1)
  return (a: TaskRow, b: TaskRow): number => rank(a) - rank(b) || b.ord - a.ord
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
