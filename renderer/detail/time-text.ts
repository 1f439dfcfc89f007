/** Times and durations as short plain text, the same in sentences, bars and facts. All in milliseconds. */

const thin = '\u2009'

/** "64 ms", "2.8 s", "1 m 20 s", "2 h 5 m". Negative durations read as 0. */
export function durationText(ms: number): string {
  return durationParts(ms)
    .map((part) => `${part.number} ${part.unit}`)
    .join(' ')
}

export interface DurationPart {
  readonly number: string
  readonly unit: 'ms' | 's' | 'm' | 'h' | 'd'
}

/** Number and unit apart, largest first, at most two. `fine` gives two decimals below ten seconds. */
export function durationParts(ms: number, fine = false): readonly DurationPart[] {
  const value = Math.max(0, ms)
  if (value < 1) return [{ number: value === 0 ? '0' : value.toFixed(1), unit: 'ms' }]
  if (value < 999.5) return [{ number: value.toFixed(0), unit: 'ms' }]
  if (value < 59_950) return [{ number: (value / 1000).toFixed(fine && value < 9_995 ? 2 : 1), unit: 's' }]
  const seconds = Math.round(value / 1000)
  if (seconds < 3600) return pair(seconds, 60, 'm', 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return pair(minutes, 60, 'h', 'm')
  return pair(Math.round(minutes / 60), 24, 'd', 'h')
}

function pair(total: number, size: number, large: DurationPart['unit'], small: DurationPart['unit']): DurationPart[] {
  return [
    { number: String(Math.floor(total / size)), unit: large },
    { number: String(total % size), unit: small },
  ]
}

/** Local time of day; `digits` of a second: 0, 1 or 3. */
export function clockText(at: number, digits: 0 | 1 | 3 = 1): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  if (digits === 0) return text
  const fraction = String(date.getMilliseconds()).padStart(3, '0')
  return `${text}.${fraction.slice(0, digits)}`
}

/** For a tooltip or a copy: the whole moment in UTC. */
export function utcText(at: number): string {
  return new Date(at).toISOString()
}

/** Thousands parted by a thin space. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, thin)
}
