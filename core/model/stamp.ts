import type { Clock } from './clock.ts'
import { eventVersion, type TaskEvent, type TaskEventBody } from './event.ts'
import type { SourceId } from './identity.ts'
import type { EventSink } from './source.ts'

/** Emits a fact of one source: numbers it, dates it, hands it on. `at` overrides the time where a peer gave one. */
export type Emit = (body: TaskEventBody, at?: number) => void

/** Makes the one emitter of a source; nothing else may number its events. */
export function createEmit(source: SourceId, clock: Clock, sink: EventSink): Emit {
  let seq = 0
  return (body, at) => {
    seq += 1
    sink({ v: eventVersion, source, seq, at: at ?? clock.now(), ...body } as TaskEvent)
  }
}
