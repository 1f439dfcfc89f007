/** A stretch of time and how it lies on a width of pixels. Times are milliseconds since the Unix epoch. */

export interface TimeSpan {
  readonly from: number
  readonly to: number
}

export interface Tick {
  readonly at: number
  readonly label: string
}

/** The shortest and longest stretch that can be looked at, milliseconds. */
export const shortestSpanMs = 20
export const longestSpanMs = 7 * 24 * 3_600_000

/** How much of the width lies after now while the view follows it. */
export const futureShare = 0.07

export function pixelOf(span: TimeSpan, width: number, at: number): number {
  return ((at - span.from) / (span.to - span.from)) * width
}

export function timeAt(span: TimeSpan, width: number, pixel: number): number {
  return span.from + (pixel / width) * (span.to - span.from)
}

/** The span of a given length that ends a little after now. */
export function following(now: number, lengthMs: number): TimeSpan {
  const to = now + lengthMs * futureShare
  return { from: to - lengthMs, to }
}

/** Makes the span `factor` times as long while `anchor` keeps its place. */
export function zoomed(span: TimeSpan, factor: number, anchor: number): TimeSpan {
  const length = span.to - span.from
  const wanted = Math.min(longestSpanMs, Math.max(shortestSpanMs, length * factor))
  const share = (anchor - span.from) / length
  const from = anchor - share * wanted
  return { from, to: from + wanted }
}

export function moved(span: TimeSpan, byMs: number): TimeSpan {
  return { from: span.from + byMs, to: span.to + byMs }
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 4, 6, 12, 24].map((count) => count * hour),
]

/** Round times of the day, at least `apart` pixels from each other, with what a ruler writes beside them. */
export function clockTicks(span: TimeSpan, width: number, apart = 100): readonly Tick[] {
  const step = stepFor(span, width, apart)
  // Local midnight is round, not that of UTC.
  const offset = new Date(span.from).getTimezoneOffset() * minute
  const ticks: Tick[] = []
  for (let at = Math.ceil((span.from - offset) / step) * step + offset; at <= span.to; at += step) {
    ticks.push({ at, label: clockLabel(at, step) })
  }
  return ticks
}

/** Round distances from `start` within the span, as a waterfall's ruler writes them: "0 s", "2 s", "2.5 s". */
export function elapsedTicks(span: TimeSpan, width: number, start = span.from, apart = 80): readonly Tick[] {
  const step = stepFor(span, width, apart)
  const ticks: Tick[] = []
  for (let count = Math.ceil((span.from - start) / step); start + count * step <= span.to; count += 1) {
    ticks.push({ at: start + count * step, label: elapsedLabel(count * step, step) })
  }
  return ticks
}

function stepFor(span: TimeSpan, width: number, apart: number): number {
  const least = ((span.to - span.from) * apart) / Math.max(1, width)
  return steps.find((step) => step >= least) ?? Math.ceil(least / (24 * hour)) * 24 * hour
}

function clockLabel(at: number, step: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (step >= minute) return text
  const seconds = `${text}:${two(date.getSeconds())}`
  return step >= second ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function elapsedLabel(elapsed: number, step: number): string {
  if (elapsed === 0) return '0 s'
  if (elapsed < second) return `${elapsed} ms`
  if (step < second) return `${(elapsed / second).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`
  if (step < minute) return `${elapsed / second} s`
  if (step < hour) return `${elapsed / minute} m`
  return `${elapsed / hour} h`
}
