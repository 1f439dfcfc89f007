/** Both ends of a trace id, where there is no room for all of it. */
export function shortTrace(traceId: string): string {
  return `${traceId.slice(0, 8)}…${traceId.slice(-5)}`
}
