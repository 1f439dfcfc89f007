/** From an OTLP logs request to log records as we keep them. A record without a trace belongs to no task and is refused. */
import type { ReceivedLog } from '../../model/received.ts'
import { itemLimits } from './limits.ts'
import { type IsOwn, type Reading, readItems } from './read-items.ts'
import {
  anyValueOf,
  attributesAt,
  type Cuts,
  cutText,
  idAt,
  messageAt,
  numberAt,
  textAt,
  timeAt,
  type WireMessage,
} from './wire-values.ts'

const levels = { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' } as const

/**
 * @param now for records that tell no time of their own, milliseconds since the epoch
 * @returns as `invalid` the records that name no trace
 */
export function readLogs(request: WireMessage, isOwn: IsOwn, now: number): Reading<ReceivedLog> {
  return readItems(request, levels, isOwn, ({ service }, cuts) => (wire) => {
    const log = logOf(wire, cuts, now)
    return log === undefined || service === undefined ? log : { ...log, service }
  })
}

function logOf(wire: WireMessage, cuts: Cuts, now: number): ReceivedLog | undefined {
  const traceId = idAt(wire, 'traceId', 16)
  if (traceId === undefined) return undefined
  const spanId = idAt(wire, 'spanId', 8)
  const body = anyValueOf(messageAt(wire, 'body'), cuts) ?? textAt(wire, 'eventName') ?? ''
  return {
    traceId,
    ...(spanId !== undefined && { spanId }),
    at: timeAt(wire, 'timeUnixNano') ?? timeAt(wire, 'observedTimeUnixNano') ?? now,
    level: levelOf(numberAt(wire, 'severityNumber') ?? 0, textAt(wire, 'severityText') ?? ''),
    text: cutText(typeof body === 'object' ? JSON.stringify(body) : String(body), itemLimits.textLength, cuts),
    attributes: attributesAt(wire, 'attributes', cuts),
  }
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber; 0 is "not told". */
function levelOf(severity: number, text: string): ReceivedLog['level'] {
  if (severity >= 17) return 'error'
  if (severity >= 13) return 'warn'
  if (severity >= 9) return 'info'
  if (severity >= 1) return 'debug'
  if (/^(fatal|err|crit)/i.test(text)) return 'error'
  if (/^warn/i.test(text)) return 'warn'
  return /^(trace|debug)/i.test(text) ? 'debug' : 'info'
}
