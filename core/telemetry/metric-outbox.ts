/** Sends readings of metrics one after the other, oldest run first, and tries again while a destination is away. */
import { assertNever } from '../model/assert.ts'
import type { Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import type { MetricStore, Reading } from './metric-store.ts'

export interface MetricOutboxOptions {
  readonly store: MetricStore
  readonly timers: Timers
  readonly send: (reading: Reading) => Promise<CollectorAnswer>
  /** Hears what became of a reading that was not taken in whole. */
  readonly failed: (text: string) => void
}

export interface MetricOutbox {
  /** Data points that the destination did not want, in this run. */
  readonly refused: number
  /** Sends what waits, at once. */
  pump(): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** No further requests; what waits stays in the store. */
  close(): void
}

/** Between two tries, milliseconds: the next reading comes soon anyway. */
const againMs = 10_000

export function createMetricOutbox({ store, timers, send, failed }: MetricOutboxOptions): MetricOutbox {
  let underWay: Promise<void> | undefined
  let stopWaiting: Dispose | undefined
  let refused = 0
  let closed = false

  function pump(): void {
    if (closed || underWay !== undefined) return
    stopWaiting?.()
    stopWaiting = undefined
    const reading = store.oldest()
    if (reading === undefined) return
    underWay = send(reading).then((answer) => {
      underWay = undefined
      take(answer, reading)
    })
  }

  function take(answer: CollectorAnswer, reading: Reading): void {
    switch (answer.kind) {
      case 'taken':
      case 'refused': {
        const count = answer.kind === 'taken' ? answer.rejected : points(reading)
        refused += count
        if (count > 0) failed(answer.text)
        store.settle(reading)
        pump()
        return
      }
      case 'later':
        failed(answer.text)
        if (!closed) stopWaiting = timers.after(answer.afterMs ?? againMs, pump)
        return
      default:
        assertNever(answer)
    }
  }

  return {
    get refused() {
      return refused
    },
    pump,
    async settled() {
      while (underWay !== undefined) await underWay
    },
    close() {
      closed = true
      stopWaiting?.()
      stopWaiting = undefined
    },
  }
}

function points({ metrics }: Reading): number {
  return metrics.reduce((sum, metric) => sum + metric.points.length, 0)
}
