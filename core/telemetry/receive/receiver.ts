/**
 * The application's half of the receiver: owns the worker thread, starts it again when it ends by itself, tells it which
 * traces have tasks, and keeps the counts over all of its lives.
 */
import { Worker } from 'node:worker_threads'
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { noCounts, type ReceiveCounts, sumCounts } from './receive-counts.ts'
import type { FromReceiver, ReceiverStart, ToReceiver } from './receiver-messages.ts'
import type { TraceBatch } from './trace-shelf.ts'

export interface ReceiverOptions {
  /** Absolute path of the built worker. */
  readonly entry: string
  /** Names this run of the application. */
  readonly instance: string
  readonly clock: Clock
  readonly timers: Timers
  /** Every trace that has a task now; asked when a worker starts. */
  readonly known: () => Iterable<string>
  readonly onTraces: (batches: readonly TraceBatch[]) => void
  /** Called when what `status` tells may be another. */
  readonly onChange: () => void
}

export interface ReceiverPorts {
  /** The first that is free is taken; 0 is any. */
  readonly ports: readonly number[]
  readonly token: string | undefined
}

export type Opened = { readonly ok: true; readonly port: number } | { readonly ok: false; readonly text: string }

export interface ReceiverStatus {
  /** Listened on; absent while nothing is received. */
  readonly port?: number
  readonly counts: ReceiveCounts
  /** What was last refused, in one sentence, and when. */
  readonly lastError?: string
  readonly lastErrorAt?: number
  /** It is meant to receive and cannot. */
  readonly failure?: string
}

export interface Receiver {
  /** Receives there from now on, and nowhere else. */
  open(at: ReceiverPorts): Promise<Opened>
  /** A trace has a task. */
  know(traceId: string): void
  /** A trace has none any more. */
  forget(traceId: string): void
  status(): ReceiverStatus
  /** Stops receiving; what still waits is let go of, and counted. */
  close(): Promise<void>
}

/** How long news of traces are gathered before they are told. */
const gatherMs = 20
/** A worker that ended by itself is started again, so often within so long. */
const restarts = 3
const restartsWithinMs = 60_000
/** How long a worker may take to end. */
const patienceMs = 2000
/** A worker that takes up more than this ends, and with it nothing else. */
const mostMegabytes = 256

export function createReceiver(options: ReceiverOptions): Receiver {
  const { clock, timers } = options
  let at: ReceiverPorts | undefined
  let worker: Worker | undefined
  let port: number | undefined
  let failure: string | undefined
  let last: { readonly lastError: string; readonly lastErrorAt: number } | undefined
  let before = noCounts
  let counts = noCounts
  let starts: number[] = []
  let known: string[] = []
  let forgotten: string[] = []
  let tellSoon: Dispose | undefined

  function start(wanted: ReceiverPorts): Promise<Opened> {
    return new Promise((resolve) => {
      const workerData: ReceiverStart = { ...wanted, instance: options.instance }
      const started = new Worker(options.entry, {
        workerData,
        name: 'taskscope receiver',
        resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
        // It says nothing; if it does, the application's own output is the place.
        stdout: false,
      })
      worker = started
      post(started, { type: 'traces', known: [...options.known()], forgotten: [] })
      let why: string | undefined
      started.on('message', (message: FromReceiver) => {
        if (message.type === 'listening') {
          port = message.port
          failure = undefined
          resolve({ ok: true, port: message.port })
        } else if (message.type === 'failed') {
          why = message.text
        } else hear(started, message)
        options.onChange()
      })
      started.on('error', (error) => {
        why = error.message
      })
      started.on('exit', () => {
        resolve({ ok: false, text: why ?? 'the receiver ended before it could listen' })
        ended(started, why)
      })
    })
  }

  function hear(from: Worker, message: Exclude<FromReceiver, { type: 'listening' | 'failed' }>): void {
    if (message.type === 'traces') {
      options.onTraces(message.batches)
      post(from, { type: 'taken', items: message.items })
      return
    }
    if (from === worker) counts = message.counts
    if (message.error !== undefined && message.errorAt !== undefined) {
      last = { lastError: message.error, lastErrorAt: message.errorAt }
    }
  }

  function post(to: Worker, message: ToReceiver): void {
    to.postMessage(message)
  }

  function ended(which: Worker, why: string | undefined): void {
    if (which !== worker) return
    const wasListening = port !== undefined
    worker = undefined
    port = undefined
    // What waited there is gone with it.
    const lost = { ...counts.lost, ended: (counts.lost.ended ?? 0) + counts.waiting }
    before = sumCounts(before, { ...counts, waiting: 0, lost })
    counts = noCounts
    if (at === undefined || !wasListening) {
      if (at !== undefined) failure = why ?? 'the receiver ended'
      options.onChange()
      return
    }
    const now = clock.now()
    starts = [...starts.filter((time) => now - time < restartsWithinMs), now]
    failure = `the receiver ended by itself: ${why ?? 'no reason was told'}`
    if (starts.length <= restarts) void start(at)
    options.onChange()
  }

  async function stop(): Promise<void> {
    const ending = worker
    if (ending === undefined) return
    const exited = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    const force = timers.after(patienceMs, () => void ending.terminate())
    post(ending, { type: 'close' })
    await exited
    force()
  }

  function tell(): void {
    tellSoon ??= timers.after(gatherMs, () => {
      tellSoon = undefined
      if (worker !== undefined) post(worker, { type: 'traces', known, forgotten })
      known = []
      forgotten = []
    })
  }

  return {
    async open(wanted) {
      at = undefined
      await stop()
      at = wanted
      failure = undefined
      const opened = await start(wanted)
      if (!opened.ok) at = undefined
      return opened
    },
    know(traceId) {
      if (worker === undefined) return
      known.push(traceId)
      tell()
    },
    forget(traceId) {
      if (worker === undefined) return
      forgotten.push(traceId)
      tell()
    },
    status: () => ({
      ...(port !== undefined && { port }),
      counts: sumCounts(before, counts),
      ...last,
      ...(failure !== undefined && { failure }),
    }),
    async close() {
      at = undefined
      failure = undefined
      tellSoon?.()
      tellSoon = undefined
      await stop()
    },
  }
}
