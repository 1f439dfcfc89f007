import type { HrTime } from '@opentelemetry/api'

/** Milliseconds with a fraction as OpenTelemetry's pair of seconds and nanoseconds. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  const nanos = Math.round((ms - seconds * 1000) * 1e6)
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, 0]
}
