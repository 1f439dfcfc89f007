/**
 * Whether a status may have been said before what is known already. An answer can be on its way when a newer notice is
 * sent, and over HTTP each answer and each stream travels on a connection of its own. Only what certainly came later
 * may contradict what came before.
 */
import { isTerminalStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import type { Sighting } from '../wire/conversation.ts'
import type { Frame } from '../wire/frame.ts'

/** A description of a task, and where it was read. */
export interface SeenSnapshot {
  readonly seq: number
  readonly snapshot: Pick<TaskSnapshot, 'lastUpdatedAt' | 'status'>
  readonly stream: string
}

const unknownStream = 'http'

/** The connection on which a frame travelled, as far as its recorder says. */
export function streamOf(frame: Frame): string {
  if (frame.transport === 'stdio') return 'stdio'
  const exchange = frame.http?.n ?? frame.http?.forId
  return typeof exchange === 'number' || typeof exchange === 'string' ? `http ${exchange}` : unknownStream
}

/** Frames of one connection keep the order in which they were sent. */
function inOrder(one: string, other: string): boolean {
  return one === other && one !== unknownStream
}

/** By their own times if they tell; else an end that is known is not undone by what need not have come after it. */
export function mayBeOvertaken(known: SeenSnapshot, next: TaskSnapshot, sighting: Sighting): boolean {
  const age = Date.parse(next.lastUpdatedAt ?? '') - Date.parse(known.snapshot.lastUpdatedAt ?? '')
  if (age > 0) return false
  if (age < 0) return true
  return isTerminalStatus(known.snapshot.status) && !isTerminalStatus(next.status) && !certainlyLater(known, sighting)
}

/** Whether a frame was sent after another, by the order of the wires alone. */
export function certainlyLater(known: Pick<SeenSnapshot, 'seq' | 'stream'>, sighting: Sighting): boolean {
  // Who was asked only afterwards cannot have answered before.
  if (sighting.kind === 'answer') return sighting.request === undefined || sighting.request.frame.seq > known.seq
  return inOrder(known.stream, streamOf(sighting.frame))
}
