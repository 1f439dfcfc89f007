/** The bars of one task on a lane: a pure picture of its state intervals, before anything is drawn. */
import type { Lane, StateInterval } from '../../core/model/detail.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTerminal } from '../../core/model/lifecycle.ts'
import type { TaskRow } from '../../core/model/row.ts'
import { faceOf, faceWord, type StateFace } from '../icons/state-face.ts'
import { longWaitText, waitText } from './wait-text.ts'

export interface Bar {
  readonly face: StateFace
  readonly from: number
  /** Up to now while it goes on. */
  readonly to: number
  readonly open: boolean
  /** Of a wait: its cause, the longest words first. */
  readonly causes?: readonly string[]
}

export interface TaskBars {
  readonly key: NodeKey
  readonly bars: readonly Bar[]
  /** What is drawn after the end: failures and cancellations; nothing for a completed task. */
  readonly end?: { readonly face: StateFace; readonly at: number }
  readonly checkpoints: readonly number[]
  readonly signs: readonly number[]
  /** When a control that still waits was asked for, and the face of what was asked. */
  readonly asked?: { readonly at: number; readonly face: StateFace }
}

/** @param lane absent until it has arrived: then the row's own times give one bar. */
export function taskBars(row: TaskRow, lane: Lane | undefined, now: number): TaskBars {
  const intervals = lane === undefined || lane.intervals.length === 0 ? fromRow(row) : lane.intervals
  const bars: Bar[] = []
  for (const interval of intervals) {
    if (isTerminal(interval.state)) continue
    const to = interval.to ?? row.endedAt ?? Math.max(now, interval.from)
    bars.push({
      face: faceOf(interval.state),
      from: interval.from,
      to: Math.max(to, interval.from),
      open: interval.to === undefined && row.endedAt === undefined,
      ...causesOf(interval, row),
    })
  }
  const face = faceOf(row.state, row.failure)
  const end = row.endedAt !== undefined && face !== 'completed' ? { face, at: row.endedAt } : undefined
  const asked = askedOf(row)
  return {
    key: row.key,
    bars,
    checkpoints: lane?.checkpoints ?? [],
    signs: lane?.signs ?? [],
    ...(end === undefined ? {} : { end }),
    ...(asked === undefined ? {} : { asked }),
  }
}

function causesOf(interval: StateInterval, row: TaskRow): Pick<Bar, 'causes'> {
  if (interval.state === 'running') return {}
  const why = interval.why ?? (interval.to === undefined ? row.why : undefined)
  const stay = { state: interval.state, ...(why === undefined ? {} : { why }) }
  const word = faceWord(faceOf(interval.state))
  const causes = [...new Set([longWaitText(stay), waitText(stay)])].filter((text) => text !== word)
  return causes.length === 0 ? {} : { causes }
}

function askedOf(row: TaskRow): TaskBars['asked'] {
  const { control } = row
  if (control === undefined || control.effectiveAt !== undefined || control.refusedAt !== undefined) return undefined
  const at = control.request.requestedAt
  switch (control.request.command.verb) {
    case 'suspend':
      return { at, face: 'suspended' }
    case 'cancel':
      return { at, face: 'cancelling' }
    case 'resume':
    case 'step':
      return { at, face: 'running' }
    case 'kill':
      return { at, face: 'killed' }
    default:
      return undefined
  }
}

function fromRow(row: TaskRow): readonly StateInterval[] {
  const intervals: StateInterval[] = []
  const began = row.startedAt ?? row.endedAt ?? row.stateAt
  if (began > row.createdAt) intervals.push({ state: 'pending', from: row.createdAt, to: began })
  if (row.startedAt === undefined) {
    if (row.endedAt === undefined && row.state !== 'pending') intervals.push({ state: row.state, from: row.stateAt })
    return row.state === 'pending' ? [{ state: 'pending', from: row.createdAt }] : intervals
  }
  const stateAt = row.endedAt ?? row.stateAt
  if (stateAt > row.startedAt) intervals.push({ state: 'running', from: row.startedAt, to: stateAt })
  if (row.endedAt === undefined) intervals.push({ state: row.state, from: row.stateAt })
  return intervals
}
