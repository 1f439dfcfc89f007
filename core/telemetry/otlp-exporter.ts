/**
 * Sends spans to one destination, out of a bounded queue: accepting a span costs a push, everything else happens on
 * timers. Every span is counted as sent, queued, dropped or unconfirmed, and every drop has a reason.
 */
import { assertNever } from '../model/assert.ts'
import type { Dispose } from '../model/dispose.ts'
import type { ExportHealth } from '../model/export-health.ts'
import type { SpanData } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { createSender, type SenderOptions } from './create-sender.ts'
import { createMemoryQueue } from './memory-queue.ts'
import type { Metric } from './metric.ts'
import { createMetricOutbox } from './metric-outbox.ts'
import { createMetricStore, type MetricStore } from './metric-store.ts'
import type { Drop, Drops, SpanBatch, SpanQueue } from './span-queue.ts'
import type { LaterSpan, SpanSink } from './span-sink.ts'
import { testSpanData } from './test-span.ts'

export interface OtlpExporterOptions extends SenderOptions {
  /** Why nothing may be sent for now, in one sentence. Spans wait. */
  readonly hold?: string | undefined
  /** Where spans wait; in memory by default. The exporter closes it. */
  readonly queue?: SpanQueue
  /** Where metrics wait; in memory by default. */
  readonly metricStore?: MetricStore | undefined
  /** Spans that may wait in a queue in memory; beyond it the oldest are dropped. */
  readonly maxQueue?: number
  /** Longest wait before a request that is not full, milliseconds. */
  readonly delayMs?: number
  /** Spreads retries: a number from 0 to 1. */
  readonly random?: () => number
}

export interface OtlpExporter extends Required<SpanSink> {
  health(): ExportHealth
  /** The drops of `health().dropped` by reason, and the unconfirmed. */
  drops(): Drops
  /** Sends one span now, past the queue, and says in words what the collector answered. */
  testSpan(): Promise<TestAnswer>
  /**
   * Takes a reading of everything that is measured, to be sent now or when the collector is there again. A newer reading
   * takes the place of one that waits: nothing is lost by that, because what is counted only grows.
   * @param since when counting began, milliseconds since the epoch.
   */
  report(metrics: readonly Metric[], since: number): void
  /** Sends what is queued. Resolves when nothing is queued or under way, or when the collector wants a pause. */
  flush(): Promise<void>
  /** Flushes for at most `graceMs` (2000), then frees everything. What is only in memory is dropped. */
  close(graceMs?: number): Promise<void>
  /** Hands the queue over to another exporter at once. Requests under way have `graceMs` (2000) to end. */
  retire(graceMs?: number): Promise<void>
}

export interface TestAnswer {
  readonly ok: boolean
  /** One sentence without credentials. */
  readonly answer: string
  readonly tookMs: number
}

/** Requests at the same time. */
const maxConcurrent = 2
const firstRetryMs = 1000
const maxRetryMs = 30_000

export function createOtlpExporter(options: OtlpExporterOptions): OtlpExporter {
  const { clock, timers, hold } = options
  const delayMs = options.delayMs ?? 1000
  const random = options.random ?? Math.random
  const off = options.endpoint === ''
  const sender = createSender(options)
  const queue = options.queue ?? createMemoryQueue(options.maxQueue ?? 20_000)
  const closing = new AbortController()
  const idleWaiters: (() => void)[] = []
  const deliveries = new Set<Promise<void>>()
  let closed = false
  let retired = false
  let sent = 0
  let retried = 0
  let failures = 0
  let stopTimer: Dispose | undefined
  /** While it runs, no request is made: the collector has failed or asked for a pause. */
  let pause: Dispose | undefined
  let last: { readonly ok: boolean; readonly text: string; readonly at: number } | undefined
  let lastError: { readonly text: string; readonly at: number } | undefined

  const metricStore = options.metricStore ?? createMetricStore(undefined, clock.now())
  const outbox = createMetricOutbox({
    store: metricStore,
    timers,
    send: ({ metrics, resource }) => sender.send({ kind: 'metrics', metrics, resource }, closing.signal),
    failed(text) {
      if (!closing.signal.aborted) lastError = { text: `metrics: ${text}`, at: clock.now() }
    },
  })

  function accept(span: SpanData): void {
    if (!taken()) return
    queue.push(span)
    pumpSoon()
  }

  function acceptLater(span: LaterSpan): void {
    if (!taken()) return
    if (queue.pushLater === undefined) queue.push(span.make())
    else queue.pushLater(span)
    pumpSoon()
  }

  /** Whether spans come into the queue; one that comes too late is counted. */
  function taken(): boolean {
    if (off) return false
    if (closed) queue.drop('closed', 1)
    return !closed
  }

  function pumpSoon(): void {
    if (queue.ready) pump(false)
    else stopTimer ??= timers.after(delayMs, onDelay)
  }

  function onDelay(): void {
    stopTimer = undefined
    pump(true)
  }

  /** Starts as many requests as may run now; `partly` also for a batch that is not full. */
  function pump(partly: boolean): void {
    while (
      pause === undefined &&
      hold === undefined &&
      !retired &&
      !closing.signal.aborted &&
      deliveries.size < allowed()
    ) {
      const batch = queue.take(partly)
      if (batch === undefined) break
      const delivery = deliver(batch).then(() => {
        deliveries.delete(delivery)
        pump(flushing())
      })
      deliveries.add(delivery)
    }
    if (queue.waiting > 0 && hold === undefined && pause === undefined && !closed)
      stopTimer ??= timers.after(delayMs, onDelay)
    tellIdle()
  }

  /** After a failure one request tries the ground before others follow. */
  function allowed(): number {
    return failures > 0 ? 1 : maxConcurrent
  }

  async function deliver(batch: SpanBatch): Promise<void> {
    const answer = await sender.send({ kind: 'spans', spans: batch.spans }, closing.signal)
    take(answer, batch)
  }

  function take(answer: CollectorAnswer, batch: SpanBatch): void {
    const count = batch.spans.length
    switch (answer.kind) {
      case 'taken': {
        const rejected = Math.min(answer.rejected, count)
        failures = 0
        if (answer.unread === true) settle(batch, { reason: 'unconfirmed', count, text: answer.text })
        else {
          sent += count - rejected
          settle(batch, { reason: 'rejected', count: rejected, text: answer.text })
        }
        note(rejected === 0, answer.text)
        return
      }
      case 'refused':
        failures = 0
        settle(batch, { reason: answer.unsure === true ? 'unconfirmed' : 'refused', count, text: answer.text })
        note(false, answer.text)
        return
      case 'later':
        queue.giveBack(batch, answer.unsure === true)
        if (closing.signal.aborted) return
        retried += count
        note(false, answer.text)
        backOff(answer.afterMs)
        return
      default:
        assertNever(answer)
    }
  }

  function settle(batch: SpanBatch, drop: Drop): void {
    queue.settle(batch, drop.count === 0 ? undefined : drop)
  }

  function note(ok: boolean, text: string): void {
    last = { ok, text, at: clock.now() }
    if (!ok) lastError = { text, at: last.at }
  }

  function backOff(afterMs: number | undefined): void {
    const growing = Math.min(firstRetryMs * 2 ** failures, maxRetryMs) * (0.8 + 0.4 * random())
    failures += 1
    pause?.()
    pause = timers.after(afterMs ?? growing, () => {
      pause = undefined
      pump(true)
    })
  }

  function endPause(): void {
    pause?.()
    pause = undefined
  }

  function flushing(): boolean {
    return idleWaiters.length > 0
  }

  function idle(): boolean {
    return pause !== undefined || hold !== undefined || (deliveries.size === 0 && (retired || queue.waiting === 0))
  }

  function tellIdle(): void {
    if (!idle()) return
    for (const waiter of idleWaiters.splice(0)) waiter()
  }

  function flush(): Promise<void> {
    return new Promise((resolve) => {
      idleWaiters.push(resolve)
      pump(true)
    })
  }

  function flushFor(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const stopGrace = timers.after(graceMs, resolve)
      void Promise.all([flush(), outbox.settled()]).then(() => {
        stopGrace()
        resolve()
      })
    })
  }

  async function close(graceMs = 2000): Promise<void> {
    if (closed) return
    await end(graceMs)
    queue.close()
  }

  async function retire(graceMs = 2000): Promise<void> {
    if (closed) return
    retired = true
    await end(graceMs)
  }

  async function end(graceMs: number): Promise<void> {
    closed = true
    // One last try, however long the pause was meant to be.
    endPause()
    if (graceMs > 0) await flushFor(graceMs)
    stopTimer?.()
    endPause()
    outbox.close()
    closing.abort()
    // Requests that were given up give their spans back.
    await Promise.all([...deliveries, outbox.settled()])
    sender.close()
  }

  function health(): ExportHealth {
    const { unconfirmed, ...drops } = queue.drops
    return {
      light: light(),
      ...(!off && { endpoint: sender.shownEndpoint }),
      sent,
      queued: queue.size,
      dropped: Object.values(drops).reduce((sum, count) => sum + count, 0),
      ...(lastError !== undefined && { lastError: lastError.text, lastErrorAt: lastError.at }),
      ...problem(),
      retried,
      unconfirmed,
      drops,
      place: queue.place,
      ...metricHealth(),
    }
  }

  function metricHealth(): Pick<ExportHealth, 'metrics'> {
    const { waiting, dropped } = metricStore
    const { refused } = outbox
    return waiting + dropped + refused === 0 ? {} : { metrics: { waiting, dropped, refused } }
  }

  function problem(): { readonly problem?: string } {
    const text = hold ?? queue.problem ?? metricStore.problem
    return text === undefined ? {} : { problem: text }
  }

  function report(metrics: readonly Metric[], since: number): void {
    if (off || closed || metrics.length === 0) return
    metricStore.put({ since, at: clock.now(), resource: options.resource, metrics })
    if (hold === undefined) outbox.pump()
  }

  function light(): ExportHealth['light'] {
    if (off) return 'off'
    if (hold !== undefined) return 'waiting'
    if (last === undefined) return 'waiting'
    return last.ok ? 'ok' : 'failing'
  }

  async function testSpan(): Promise<TestAnswer> {
    const begun = clock.now()
    if (off) return { ok: false, answer: 'no endpoint is set: nothing leaves this machine', tookMs: 0 }
    const answer = await sender.send({ kind: 'spans', spans: [testSpanData(begun)] }, closing.signal)
    const ok = answer.kind === 'taken' && answer.rejected === 0
    return { ok, answer: answer.text, tookMs: clock.now() - begun }
  }

  // What an earlier run or an earlier exporter left in the queue.
  if (queue.waiting > 0 && hold === undefined) stopTimer = timers.after(delayMs, onDelay)

  return { accept, acceptLater, health, drops: () => queue.drops, testSpan, report, flush, close, retire }
}
