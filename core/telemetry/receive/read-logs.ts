/** From an OTLP logs request to log records as we keep them. A record without a trace belongs to no task and is refused. */
import type { ReceivedLog } from '../../model/received.ts'
import type { Attributes } from '../../model/span.ts'
import { itemGroups } from './item-groups.ts'
import { itemLimits } from './limits.ts'
import type { Reading } from './read-spans.ts'
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

/** What a request holds, and how many of its records name no trace. */
export interface LogReading extends Reading<ReceivedLog> {
  readonly untraced: number
}

const levels = { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' } as const

/**
 * @param isOwn judges the attributes of a resource: whether they are those of this very application.
 * @param now for records that tell no time of their own, milliseconds since the epoch.
 */
export function readLogs(request: WireMessage, isOwn: (resource: Attributes) => boolean, now: number): LogReading {
  const items: ReceivedLog[] = []
  const cuts: Cuts = { count: 0 }
  let untraced = 0
  let own = 0
  for (const group of itemGroups(request, levels, isOwn, cuts)) {
    if (group.own) {
      own += group.items.length
      continue
    }
    const { service } = group
    for (const wire of group.items) {
      const log = logOf(wire, cuts, now)
      if (log === undefined) untraced += 1
      else items.push({ ...log, ...(service !== undefined && { service }) })
    }
  }
  return { items, invalid: 0, untraced, own, cuts: cuts.count }
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
