import type { Clock } from './clock.ts'
import { type EventStamp, eventVersion, type TaskEvent, type TaskEventBody } from './event.ts'
import type { SourceId } from './identity.ts'
import type { Mutable } from './mutable.ts'
import type { EventSink } from './source.ts'

/** Emits a fact of one source: numbers it, dates it, hands it on. `at` overrides the time where a peer gave one. */
export type Emit = (body: TaskEventBody, at?: number) => void

/**
 * A fact that its maker gave room for its stamp: the emitter stamps it where it is, instead of a copy. For the few
 * facts that every task tells. Nobody may use it any more once it was emitted.
 */
export type BlankEvent<Body extends TaskEventBody> = Body &
  Pick<EventStamp, 'v' | 'source' | 'at'> & { readonly seq: 0 }

/** Makes the one emitter of a source; nothing else may number its events. */
export function createEmit(source: SourceId, clock: Clock, sink: EventSink): Emit {
  let seq = 0
  return (body, at) => {
    seq += 1
    if (isBlank(body)) sink(stamped(body, source, seq, at ?? clock.now()))
    else sink({ v: eventVersion, source, seq, at: at ?? clock.now(), ...body } as TaskEvent)
  }
}

/** Numbers begin at 1, so a number of 0 is none: a fact that was stamped elsewhere is copied like any other. */
function isBlank(body: TaskEventBody): body is BlankEvent<TaskEventBody> {
  return (body as Partial<EventStamp>).seq === 0
}

function stamped(blank: BlankEvent<TaskEventBody>, source: SourceId, seq: number, at: number): TaskEvent {
  const event = blank as Mutable<TaskEvent>
  event.source = source
  event.seq = seq
  event.at = at
  return event
}
