/**
 * What a host switches on so that spans which user code makes through its own `@opentelemetry/api` land under the
 * task that made them. The task's span is not made here: its ids are only put into the context, as the parent.
 * A task that never touches OpenTelemetry pays nothing, because its context is built when first asked for.
 */
import { inspect } from 'node:util'
import type { Context, HrTime } from '@opentelemetry/api'
import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import { isAttributeValue } from '../../model/attribute-value.ts'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { TaskId } from '../../model/identity.ts'
import type { Attributes, OpenSpanData, SpanData, SpanKindName, TraceIds } from '../../model/span.ts'

/** The task whose code is running, with the ids of its span. One object per task, for as long as it runs. */
export interface TracedTask {
  readonly id: TaskId
  readonly trace: TraceIds
}

export interface UserSpansOptions {
  readonly current: () => TracedTask | undefined
  /** Takes each span that user code ended; without a task when it was made outside any. Must not throw. */
  readonly onSpan: (task: TaskId | undefined, span: SpanData) => void
  /**
   * Takes a span that a task's code has had open for a moment (`openMs` to twice that), with what it says of itself by
   * then; `onSpan` follows. Without it nothing is told of open spans. Must not throw.
   */
  readonly onOpen?: (task: TaskId, span: OpenSpanData) => void
  /** For `onOpen`. */
  readonly timers?: Timers
  /** Spans beyond this many in one second are dropped and counted; 5000 by default. */
  readonly maxSpansPerSecond?: number
  /** Milliseconds, for counting a second; any origin. */
  readonly now?: () => number
}

export interface UserSpans {
  /** For the runner: nothing is to be done when a task starts, because its context is found when it is asked for. */
  readonly activate: <T>(trace: TraceIds, callback: () => T) => T
  /** Spans that were dropped because there were too many in a second. */
  dropped(): number
  dispose: Dispose
}

/** A span that is open for so long is told of before it ends, milliseconds. */
const openMs = 50

const taskKey = createContextKey('taskscope task')

/** Registers a context manager and a tracer provider for the whole process; `dispose` takes them away again. */
export function captureUserSpans(options: UserSpansOptions): UserSpans {
  const { current, onSpan, maxSpansPerSecond = 5000, now = () => performance.now() } = options
  const manager = new TaskContextManager(current).enable()
  const owners = new WeakMap<object, TaskId>()
  let second = Number.NEGATIVE_INFINITY
  let inSecond = 0
  let dropped = 0

  function hasRoom(): boolean {
    const at = now()
    if (at - second >= 1000) {
      second = at
      inSecond = 0
    }
    inSecond += 1
    return inSecond <= maxSpansPerSecond
  }

  const { onOpen, timers } = options
  /** Open spans of the last while and of the one before it: almost all end before they are told of. */
  let young = new Set<Span & ReadableSpan>()
  let older = new Set<Span & ReadableSpan>()
  let stopTicking: Dispose | undefined

  function tick(): void {
    stopTicking = undefined
    for (const span of older) {
      const task = owners.get(span)
      if (task !== undefined && hasRoom()) onOpen?.(task, openSpanData(span))
    }
    older = young
    young = new Set()
    if (older.size > 0) stopTicking = timers?.after(openMs, tick)
  }

  const forward: SpanProcessor = {
    onStart(span: Span & ReadableSpan, parent: Context) {
      const task = parent.getValue(taskKey)
      if (!isTracedTask(task)) return
      owners.set(span, task.id)
      if (onOpen === undefined) return
      young.add(span)
      stopTicking ??= timers?.after(openMs, tick)
    },
    onEnd(span: Span & ReadableSpan) {
      young.delete(span)
      older.delete(span)
      if (hasRoom()) onSpan(owners.get(span), spanData(span))
      else dropped += 1
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const provider = new TracerProvider({
    spanProcessors: [forward],
    spanLimits: {
      attributeCountLimit: 64,
      attributeValueLengthLimit: 4096,
      eventCountLimit: 128,
      attributePerEventCountLimit: 32,
      linkCountLimit: 32,
      attributePerLinkCountLimit: 32,
    },
  })
  context.setGlobalContextManager(manager)
  trace.setGlobalTracerProvider(provider)

  return {
    activate: (_trace, callback) => callback(),
    dropped: () => dropped,
    dispose() {
      stopTicking?.()
      trace.disable()
      context.disable()
      manager.disable()
    },
  }
}

/** Keeps OpenTelemetry's context, and starts from the task's span wherever that context belongs to another task. */
class TaskContextManager extends AsyncLocalStorageContextManager {
  readonly #current: () => TracedTask | undefined
  readonly #contexts = new WeakMap<TracedTask, Context>()

  constructor(current: () => TracedTask | undefined) {
    super()
    this.#current = current
  }

  override active(): Context {
    const set = super.active()
    const task = this.#current()
    if (task === undefined || set.getValue(taskKey) === task) return set
    let own = this.#contexts.get(task)
    if (own === undefined) {
      const { traceId, spanId } = task.trace
      own = trace
        .setSpan(ROOT_CONTEXT, trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }))
        .setValue(taskKey, task)
      this.#contexts.set(task, own)
    }
    return own
  }
}

function isTracedTask(value: unknown): value is TracedTask {
  return typeof value === 'object' && value !== null && 'id' in value && 'trace' in value
}

const kinds: Readonly<Record<SpanKind, SpanKindName>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
}

const statusCodes: Readonly<Record<SpanStatusCode, SpanData['status']['code']>> = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
}

/** A span of the SDK as plain data that can cross to the main process. */
function spanData(span: ReadableSpan): SpanData {
  return { ...openSpanData(span), end: milliseconds(span.endTime) }
}

function openSpanData(span: ReadableSpan): OpenSpanData {
  const { traceId, spanId } = span.spanContext()
  const { name, version } = span.instrumentationScope
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext !== undefined && { parentSpanId: span.parentSpanContext.spanId }),
    name: span.name,
    kind: kinds[span.kind],
    start: milliseconds(span.startTime),
    status: {
      code: statusCodes[span.status.code],
      ...(span.status.message !== undefined && { message: span.status.message }),
    },
    attributes: plainAttributes(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      at: milliseconds(event.time),
      attributes: plainAttributes(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: plainAttributes(link.attributes),
    })),
    scope: { name, ...(version !== undefined && { version }) },
  }
}

/** What cannot be said in our attribute values (null, maps) is said as text. */
function plainAttributes(given: ReadableSpan['attributes'] | undefined): Attributes {
  const plain: Record<string, Attributes[string]> = {}
  for (const [key, value] of Object.entries(given ?? {})) {
    if (isAttributeValue(value)) plain[key] = value
    else if (value !== undefined) plain[key] = inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY })
  }
  return plain
}

function milliseconds([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6
}
