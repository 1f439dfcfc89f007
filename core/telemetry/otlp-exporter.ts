/**
 * Sends spans to one collector over OTLP/HTTP in protobuf. It owns a bounded queue: accepting a span costs a push,
 * everything else happens on timers. Every span is counted as sent, queued or dropped, and every drop has a reason.
 */
import type { ExportHealth } from '../feed/app-status.ts'
import { assertNever } from '../model/assert.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import type { Attributes, SpanData } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import type { Fetch } from './otlp-sender.ts'
import { createOtlpSender } from './otlp-sender.ts'
import { createSpanQueue } from './span-queue.ts'
import type { SpanSink } from './span-sink.ts'
import { testSpanData } from './test-span.ts'

export interface OtlpExporterOptions {
  /** Where traces go: the whole URL, usually ending in `/v1/traces`. Empty: nothing is exported or kept. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Attributes
  readonly clock: Clock
  readonly timers: Timers
  readonly fetch?: Fetch
  /** For one request with its answer, milliseconds; 10 000 as OpenTelemetry says. */
  readonly timeoutMs?: number
  /** Spans that may wait; beyond it the oldest are dropped. */
  readonly maxQueue?: number
  /** Longest wait before a request that is not full, milliseconds. */
  readonly delayMs?: number
  /** Spreads retries: a number from 0 to 1. */
  readonly random?: () => number
}

/** Why spans were not delivered. `overflow`: the queue was full. `closed`: the exporter was closed before they went. */
export type DropReason = 'overflow' | 'refused' | 'rejected' | 'closed'

export interface OtlpExporter extends SpanSink {
  health(): ExportHealth
  /** The drops of `health().dropped` by reason. */
  drops(): Readonly<Record<DropReason, number>>
  /** Sends one span now, past the queue, and says in words what the collector answered. */
  testSpan(): Promise<TestAnswer>
  /** Sends what is queued. Resolves when nothing is queued or under way, or when the collector wants a pause. */
  flush(): Promise<void>
  /** Flushes for at most `graceMs` (2000), then drops the rest and frees everything. */
  close(graceMs?: number): Promise<void>
}

export interface TestAnswer {
  readonly ok: boolean
  /** One sentence without credentials. */
  readonly answer: string
  readonly tookMs: number
}

/** Spans in one request. */
const maxBatch = 512
/** Requests at the same time. */
const maxConcurrent = 2
const firstRetryMs = 1000
const maxRetryMs = 30_000

export function createOtlpExporter(options: OtlpExporterOptions): OtlpExporter {
  const { clock, timers, endpoint } = options
  const delayMs = options.delayMs ?? 1000
  const random = options.random ?? Math.random
  const off = endpoint === ''
  const sender = createOtlpSender({
    ...options,
    timeoutMs: options.timeoutMs ?? 10_000,
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
  })
  const queue = createSpanQueue(options.maxQueue ?? 20_000)
  /** Batches that the collector did not take; they go before the queue. */
  const retries: SpanData[][] = []
  const closing = new AbortController()
  const idleWaiters: (() => void)[] = []
  const drops: Record<DropReason, number> = { overflow: 0, refused: 0, rejected: 0, closed: 0 }
  let closed = false
  let sent = 0
  let underWay = 0
  let requests = 0
  let failures = 0
  let stopTimer: Dispose | undefined
  /** While it runs, no request is made: the collector has failed or asked for a pause. */
  let pause: Dispose | undefined
  let last: { readonly ok: boolean; readonly text: string; readonly at: number } | undefined
  let lastError: { readonly text: string; readonly at: number } | undefined

  function accept(span: SpanData): void {
    if (off) return
    if (closed) {
      drops.closed += 1
      return
    }
    if (queue.push(span)) drops.overflow += 1
    if (queue.size >= maxBatch) pump(false)
    else stopTimer ??= timers.after(delayMs, onDelay)
  }

  function onDelay(): void {
    stopTimer = undefined
    pump(true)
  }

  /** Starts as many requests as may run now; `partly` also for a batch that is not full. */
  function pump(partly: boolean): void {
    while (pause === undefined && !closing.signal.aborted && requests < allowed()) {
      const batch = retries.shift() ?? (partly || queue.size >= maxBatch ? queue.take(maxBatch) : [])
      if (batch.length === 0) break
      void deliver(batch)
    }
    if (queue.size > 0 && pause === undefined && !closed) stopTimer ??= timers.after(delayMs, onDelay)
    tellIdle()
  }

  /** After a failure one request tries the ground before others follow. */
  function allowed(): number {
    return failures > 0 ? 1 : maxConcurrent
  }

  async function deliver(batch: SpanData[]): Promise<void> {
    requests += 1
    underWay += batch.length
    const answer = await sender.send(batch, closing.signal)
    requests -= 1
    underWay -= batch.length
    take(answer, batch)
    pump(flushing())
  }

  function take(answer: CollectorAnswer, batch: SpanData[]): void {
    switch (answer.kind) {
      case 'taken':
        failures = 0
        sent += batch.length - answer.rejected
        drops.rejected += answer.rejected
        note(answer.rejected === 0, answer.text)
        return
      case 'refused':
        failures = 0
        drops.refused += batch.length
        note(false, answer.text)
        return
      case 'later':
        if (closed && closing.signal.aborted) {
          drops.closed += batch.length
          return
        }
        retries.push(batch)
        note(false, answer.text)
        backOff(answer.afterMs)
        return
      default:
        assertNever(answer)
    }
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
    return pause !== undefined || (requests === 0 && queue.size === 0 && retries.length === 0)
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
      void flush().then(() => {
        stopGrace()
        resolve()
      })
    })
  }

  async function close(graceMs = 2000): Promise<void> {
    if (closed) return
    closed = true
    // One last try, however long the pause was meant to be.
    endPause()
    if (graceMs > 0) await flushFor(graceMs)
    stopTimer?.()
    endPause()
    closing.abort()
    const left = retries.splice(0).reduce((sum, batch) => sum + batch.length, 0) + queue.take(queue.size).length
    drops.closed += left
  }

  function health(): ExportHealth {
    return {
      light: light(),
      ...(!off && { endpoint: sender.shownEndpoint }),
      sent,
      queued: queue.size + underWay + retries.reduce((sum, batch) => sum + batch.length, 0),
      dropped: drops.overflow + drops.refused + drops.rejected + drops.closed,
      ...(lastError !== undefined && { lastError: lastError.text, lastErrorAt: lastError.at }),
    }
  }

  function light(): ExportHealth['light'] {
    if (off) return 'off'
    if (last === undefined) return 'waiting'
    return last.ok ? 'ok' : 'failing'
  }

  async function testSpan(): Promise<TestAnswer> {
    const begun = clock.now()
    if (off) return { ok: false, answer: 'no endpoint is set: nothing leaves this machine', tookMs: 0 }
    const answer = await sender.send([testSpanData(begun)], closing.signal)
    const ok = answer.kind === 'taken' && answer.rejected === 0
    return { ok, answer: answer.text, tookMs: clock.now() - begun }
  }

  return { accept, health, drops: () => ({ ...drops }), testSpan, flush, close }
}
