/**
 * Metrics that wait for one destination, on disk so that they outlive a killed process. Sums and histograms only ever
 * grow, so the newest reading says all that older ones of the same run said: one reading per run is kept, and a few runs.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attributes } from '../model/span.ts'
import { writeFileWhole } from '../system/write-file-whole.ts'
import type { Metric } from './metric.ts'
import { unlinkIfThere } from './segment-folder.ts'

/** One reading of everything, with the resource of the run that made it. */
export interface Reading {
  /** Since when the run counts, and when it was read; milliseconds since the epoch. */
  readonly since: number
  readonly at: number
  readonly resource: Attributes
  readonly metrics: readonly Metric[]
}

export interface MetricStore {
  /** Readings that wait. */
  readonly waiting: number
  /** Readings of whole runs that were given up because too many waited or they were too old, in this run. */
  readonly dropped: number
  readonly problem: string | undefined
  /** Takes the place of an older reading of the same run. */
  put(reading: Reading): void
  /** The reading of the oldest run. It stays until `settle`. */
  oldest(): Reading | undefined
  /** The destination has answered for good. A newer reading of the run stays. */
  settle(reading: Reading): void
}

/** Runs whose last reading may wait. */
const maxRuns = 8
const maxAgeMs = 7 * 86_400_000

/** In `folder`, which is made when it is not there; without one readings wait in memory. Never throws. */
export function createMetricStore(folder: string | undefined, now: number): MetricStore {
  const readings = new Map<number, Reading>()
  let dropped = 0
  let problem: string | undefined
  attempt(() => {
    if (folder === undefined) return
    for (const reading of readAll(folder)) {
      if (now - reading.at <= maxAgeMs) readings.set(reading.since, reading)
      else giveUp(reading)
    }
  })
  keepBounds()

  function attempt(change: () => void): void {
    try {
      change()
    } catch (error) {
      problem = `metrics cannot be kept on disk: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  function keepBounds(): void {
    while (readings.size > maxRuns) {
      const first = oldest()
      if (first === undefined) return
      giveUp(first)
    }
  }

  function giveUp(reading: Reading): void {
    dropped += 1
    remove(reading)
  }

  function remove(reading: Reading): void {
    readings.delete(reading.since)
    if (folder !== undefined) attempt(() => unlinkIfThere(join(folder, fileName(reading.since))))
  }

  function oldest(): Reading | undefined {
    let first: Reading | undefined
    for (const reading of readings.values()) if (first === undefined || reading.since < first.since) first = reading
    return first
  }

  return {
    get waiting() {
      return readings.size
    },
    get dropped() {
      return dropped
    },
    get problem() {
      return problem
    },
    put(reading) {
      readings.set(reading.since, reading)
      problem = undefined
      if (folder !== undefined)
        attempt(() => writeFileWhole(join(folder, fileName(reading.since)), JSON.stringify(reading)))
      keepBounds()
    },
    oldest,
    settle(reading) {
      if (readings.get(reading.since)?.at === reading.at) remove(reading)
    },
  }
}

function fileName(since: number): string {
  return `metrics-${Math.floor(since)}.json`
}

function readAll(folder: string): readonly Reading[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return readdirSync(folder)
    .filter((name) => /^metrics-\d+\.json$/.test(name))
    .flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')) ?? [])
}

/** A reading as it was written; files are whole. */
function parse(text: string): Reading | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const whole = typeof value === 'object' && value !== null && 'since' in value && 'metrics' in value && 'at' in value
    return whole ? (value as Reading) : undefined
  } catch {
    return undefined
  }
}
