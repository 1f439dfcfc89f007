import type { TaskCreated, TaskEvent, TaskTransition } from '../../../core/model/event.ts'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { SpanData, TraceIds } from '../../../core/model/span.ts'
import type { Emit } from '../../../core/model/stamp.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry, type Registry } from '../../../core/registry/registry.ts'
import { createSpanObserver, type SpanObserver } from '../../../core/telemetry/span-observer.ts'
import type { LaterSpan, SpanSink } from '../../../core/telemetry/span-sink.ts'
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts'
import { created, source, transition } from '../registry/scene.ts'

/** A registry with the span observer on it; spans land in `spans` in the order they were sent. */
export interface SpanScene {
  readonly registry: Registry
  readonly observer: SpanObserver
  readonly time: FakeTime
  readonly spans: SpanData[]
  /** Everything that was emitted, for a replay. */
  readonly events: TaskEvent[]
  readonly emit: Emit
  create(id: string, facts?: Partial<TaskCreated>): TraceIds
  move(id: string, from: TaskTransition['from'], to: TaskTransition['to'], facts?: Partial<TaskTransition>): void
  /** The one span with this name; throws when there is none or more than one. */
  span(name: string): SpanData
}

export const traceId = '0af7651916cd43dd8448eb211c80319c'

/** The span id that the scene gives to the `n`th task. */
export function spanIdOf(n: number): string {
  return `f${n.toString(16).padStart(15, '0')}`
}

export function createSpanScene(): SpanScene {
  const registry = createRegistry()
  const time = createFakeTime(1_700_000_000_000)
  const spans: SpanData[] = []
  const events: TaskEvent[] = []
  const observer = createSpanObserver({
    sink: { accept: (span) => spans.push(span) },
    timers: time,
    traceOf: (key: NodeKey) => traceOf(registry, key),
  })
  registry.observe(observer)
  const emit = createEmit(source, time, (event) => {
    events.push(event)
    registry.apply(event)
  })
  let tasks = 0
  return {
    registry,
    observer,
    time,
    spans,
    events,
    emit,
    create(id, facts) {
      tasks += 1
      const trace = facts?.trace ?? { traceId, spanId: spanIdOf(tasks) }
      emit(created(id, { ...facts, trace }))
      return trace
    },
    move: (id, from, to, facts) => emit(transition(id, from, to, facts)),
    span: (name) => onlySpan(spans, name),
  }
}

/** Applies recorded events to a new registry and returns the spans that come of it. */
export function replay(events: readonly TaskEvent[]): readonly SpanData[] {
  const spans: SpanData[] = []
  replayInto({ accept: (span) => spans.push(span) }, events)
  return spans
}

/** As `replay`, with spans that are made after the last event. */
export function replayLater(events: readonly TaskEvent[]): readonly SpanData[] {
  const spans: LaterSpan[] = []
  replayInto({ accept: (span) => spans.push({ make: () => span }), acceptLater: (span) => spans.push(span) }, events)
  return spans.map((span) => span.make())
}

function replayInto(sink: SpanSink, events: readonly TaskEvent[]): void {
  const registry = createRegistry()
  registry.observe(createSpanObserver({ sink, traceOf: (key: NodeKey) => traceOf(registry, key) }))
  for (const event of events) registry.apply(event)
}

export function onlySpan<Named extends { readonly name: string }>(spans: readonly Named[], name: string): Named {
  const [span, ...others] = spans.filter((candidate) => candidate.name === name)
  if (span === undefined || others.length > 0) {
    throw new Error(`wanted one span ${name}, there are: ${spans.map((other) => other.name).join(', ')}`)
  }
  return span
}

function traceOf(registry: Registry, key: NodeKey): TraceIds | undefined {
  const row = registry.row(key)
  return row !== undefined && 'trace' in row ? row.trace : undefined
}
