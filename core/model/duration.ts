/** Durations as people read them, the same wherever one is shown. All in milliseconds. */

/** A number and its unit, apart, so that a view may tone down the unit. */
export interface DurationPart {
  readonly value: string
  readonly unit: 'ms' | 's' | 'm' | 'h' | 'd'
}

/** Largest unit first, at most two: "64 ms", "12.4 s", "1 m 20 s", "2 h 5 m". Negative durations read as 0. */
export function durationParts(ms: number): readonly DurationPart[] {
  const value = Math.max(0, ms)
  if (value < 999.5) {
    const small = value > 0 && value < 1
    return [{ value: small ? value.toFixed(1) : value.toFixed(0), unit: 'ms' }]
  }
  if (value < 59_950) return [{ value: (value / 1000).toFixed(1), unit: 's' }]
  const seconds = Math.round(value / 1000)
  if (seconds < 3600) return pair(seconds, 60, 'm', 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return pair(minutes, 60, 'h', 'm')
  return pair(Math.round(minutes / 60), 24, 'd', 'h')
}

/** As plain text: "1 m 20 s". */
export function durationText(ms: number): string {
  return durationParts(ms)
    .map(({ value, unit }) => `${value} ${unit}`)
    .join(' ')
}

/** For a cause that is read in passing, without needless digits: "3 s", "4.8 s", whole seconds from ten on. */
export function agoText(ms: number): string {
  if (ms >= 10_000 && ms < 59_950) return `${Math.round(ms / 1000)} s`
  return briefDuration(ms)
}

/** For a limit or a wait in a sentence: exact, but without zeros that say nothing: "3 s", "12.4 s", "1 m". */
export function briefDuration(ms: number): string {
  return durationText(ms)
    .replace('.0 ', ' ')
    .replace(/ 0 [smh]$/, '')
}

function pair(total: number, size: number, large: DurationPart['unit'], small: DurationPart['unit']): DurationPart[] {
  return [
    { value: String(Math.floor(total / size)), unit: large },
    { value: String(total % size), unit: small },
  ]
}
