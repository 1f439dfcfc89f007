/** Times as short plain text, the same in sentences, bars and facts. All in milliseconds. */
import { type DurationPart, durationParts } from '../../core/model/duration.ts'

export { durationText } from '../../core/model/duration.ts'

const thin = '\u2009'

/** Number and unit apart, with two decimals below ten seconds: for spans, where small differences matter. */
export function fineDurationParts(ms: number): readonly DurationPart[] {
  if (ms >= 999.5 && ms < 9995) return [{ value: (ms / 1000).toFixed(2), unit: 's' }]
  return durationParts(ms)
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

/** "1 task", "1 204 tasks". */
export function tasksText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'task' : 'tasks'}`
}
