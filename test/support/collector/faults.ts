/** What a collector may do to a request. Those that begin with "take" keep the spans, whatever they answer. */
export const faults = [
  'take',
  'take slowly',
  'take all but one',
  'take and cut the answer off',
  'take and hang',
  'take and hang up',
  'refuse',
  'busy',
  'busy for 1 s',
  'busy until a date',
  'hang',
  'cut the request off',
  'be away',
] as const

export type Fault = (typeof faults)[number]

/** A repeatable stream of numbers from 0 to 1 (mulberry32, public domain, Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A schedule of `length` faults in which every kind comes at least once when there is room for it. */
export function faultSchedule(seed: number, length: number): readonly Fault[] {
  const random = seededRandom(seed)
  const schedule = Array.from({ length }, (_, n) => faults[n] ?? faults[Math.floor(random() * faults.length)] ?? 'take')
  for (let n = schedule.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1))
    const swapped = schedule[n] ?? 'take'
    schedule[n] = schedule[other] ?? 'take'
    schedule[other] = swapped
  }
  return schedule
}
