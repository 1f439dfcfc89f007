/** Numbers of a benchmark: quantiles within a round, medians and spreads over rounds. */

export interface Latency {
  readonly unit: 'us' | 'ms'
  readonly rounds: number
  readonly perRound: number
  /** Medians over the rounds, with the lowest and highest round. */
  readonly p50: number
  readonly p50Range: readonly [number, number]
  readonly p99: number
  readonly max: number
}

export interface Rate {
  readonly unit: '/s'
  readonly rounds: number
  readonly perRound: number
  readonly median: number
  readonly range: readonly [number, number]
}

/** The value below which the share `q` (0 to 1) of the sorted numbers lies. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

export function median(numbers: readonly number[]): number {
  return quantile(Float64Array.from(numbers).sort(), 0.5)
}

/** Samples of several rounds, each in `unit`. */
export function latency(unit: Latency['unit'], rounds: readonly Float64Array[]): Latency {
  const sorted = rounds.map((round) => Float64Array.from(round).sort())
  const p50s = sorted.map((round) => quantile(round, 0.5))
  return {
    unit,
    rounds: rounds.length,
    perRound: rounds[0]?.length ?? 0,
    p50: rounded(median(p50s)),
    p50Range: [rounded(Math.min(...p50s)), rounded(Math.max(...p50s))],
    p99: rounded(median(sorted.map((round) => quantile(round, 0.99)))),
    max: rounded(Math.max(...sorted.map((round) => quantile(round, 1)))),
  }
}

/** Rounds of `count` operations, each with the milliseconds it took. */
export function rate(count: number, tookMs: readonly number[]): Rate {
  const perSecond = tookMs.map((ms) => Math.round((count * 1000) / ms))
  return {
    unit: '/s',
    rounds: tookMs.length,
    perRound: count,
    median: median(perSecond),
    range: [Math.min(...perSecond), Math.max(...perSecond)],
  }
}

export function rounded(number: number): number {
  return Number(number.toPrecision(4))
}

/** Runs a round to warm up and then the rounds that count. */
export async function rounds<Result>(count: number, round: () => Promise<Result> | Result): Promise<Result[]> {
  await round()
  const results: Result[] = []
  for (let n = 0; n < count; n++) results.push(await round())
  return results
}
