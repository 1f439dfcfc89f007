/**
 * The one place that numbers the events of a host's source. A runner numbers its own events from 1 in every life of
 * its process; they are renumbered here, because crash facts and later lives share the source with them. A gap in the
 * runner's numbers is kept as a gap of the same width, so the registry counts what got lost on the way.
 */
import type { Clock } from '../../model/clock.ts'
import { eventVersion, type TaskEvent, type TaskEventBody } from '../../model/event.ts'
import type { SourceId } from '../../model/identity.ts'
import type { EventSink } from '../../model/source.ts'

export interface EventRelay {
  /** Emits a fact of the owner itself. */
  emit(body: TaskEventBody): void
  /** Passes a fact on that a host dated by its own clock. */
  fact(body: TaskEventBody, at: number): void
  /** Passes an event on that a runner numbered. Repeated numbers are dropped. */
  event(event: TaskEvent): void
  /** A new process counts from 1 again, on a clock that is `offsetMs` behind ours. */
  newLife(): void
  setClockOffset(offsetMs: number): void
}

export function createEventRelay(source: SourceId, clock: Clock, sink: EventSink): EventRelay {
  let seq = 0
  let runnerSeq = 0
  let offset = 0
  const pass = (body: TaskEventBody, at: number): void => {
    seq += 1
    sink({ ...body, v: eventVersion, source, seq, at })
  }
  return {
    emit: (body) => pass(body, clock.now()),
    fact: (body, at) => pass(body, at + offset),
    event(event) {
      if (event.seq <= runnerSeq) return
      seq += event.seq - runnerSeq - 1
      runnerSeq = event.seq
      pass(event, event.at + offset)
    },
    newLife() {
      runnerSeq = 0
      offset = 0
    },
    setClockOffset(offsetMs) {
      offset = offsetMs
    },
  }
}

/**
 * How far a host's clock is behind ours, from one question and its answer. Processes of one machine mostly agree to
 * the microsecond, so an offset that the travel time could explain counts as none.
 * @returns milliseconds to add to the host's times.
 */
export function clockOffset(sent: number, answered: number, received: number): number {
  const travel = (received - sent) / 2
  const offset = sent + travel - answered
  return Math.abs(offset) <= travel ? 0 : offset
}
