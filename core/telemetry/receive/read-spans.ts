/** From an OTLP trace request to spans as we keep them. A span without valid ids or times cannot be shown and is refused. */
import type { SpanData, SpanKindName } from '../../model/span.ts'
import { itemLimits } from './limits.ts'
import { type IsOwn, type Reading, readItems } from './read-items.ts'
import {
  attributesAt,
  type Cuts,
  cutText,
  idAt,
  messageAt,
  messagesAt,
  numberAt,
  textAt,
  timeAt,
  type WireMessage,
} from './wire-values.ts'

const kinds: readonly SpanKindName[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const codes: readonly SpanData['status']['code'][] = ['unset', 'ok', 'error']

const levels = { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' } as const

export function readSpans(request: WireMessage, isOwn: IsOwn): Reading<SpanData> {
  return readItems(request, levels, isOwn, (origin, cuts) => {
    const { service } = origin
    const scope = scopeOf(origin.scope, cuts)
    return (wire) => {
      const span = spanOf(wire, cuts)
      if (span === undefined) return undefined
      return { ...span, ...(scope !== undefined && { scope }), ...(service !== undefined && { service }) }
    }
  })
}

function scopeOf(scope: WireMessage | undefined, cuts: Cuts): SpanData['scope'] {
  const name = textAt(scope, 'name')
  const version = textAt(scope, 'version')
  if (name === undefined) return undefined
  return {
    name: cutText(name, itemLimits.nameLength, cuts),
    ...(version !== undefined && { version: cutText(version, itemLimits.nameLength, cuts) }),
  }
}

function spanOf(wire: WireMessage, cuts: Cuts): SpanData | undefined {
  const traceId = idAt(wire, 'traceId', 16)
  const spanId = idAt(wire, 'spanId', 8)
  const start = timeAt(wire, 'startTimeUnixNano')
  if (traceId === undefined || spanId === undefined || start === undefined) return undefined
  const parentSpanId = idAt(wire, 'parentSpanId', 8)
  const status = messageAt(wire, 'status')
  const message = textAt(status, 'message')
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: cutText(textAt(wire, 'name') ?? 'span without a name', itemLimits.nameLength, cuts),
    kind: kinds[numberAt(wire, 'kind') ?? 0] ?? 'internal',
    start,
    end: Math.max(start, timeAt(wire, 'endTimeUnixNano') ?? start),
    status: {
      code: codes[numberAt(status, 'code') ?? 0] ?? 'unset',
      ...(message !== undefined && { message: cutText(message, itemLimits.textLength, cuts) }),
    },
    attributes: attributesAt(wire, 'attributes', cuts),
    events: atMost(messagesAt(wire, 'events'), itemLimits.events, cuts).map((event) => ({
      name: cutText(textAt(event, 'name') ?? 'event', itemLimits.nameLength, cuts),
      at: timeAt(event, 'timeUnixNano') ?? start,
      attributes: attributesAt(event, 'attributes', cuts),
    })),
    links: atMost(messagesAt(wire, 'links'), itemLimits.links, cuts).flatMap((link) => {
      const linked = { traceId: idAt(link, 'traceId', 16), spanId: idAt(link, 'spanId', 8) }
      if (linked.traceId === undefined || linked.spanId === undefined) return []
      return [{ traceId: linked.traceId, spanId: linked.spanId, attributes: attributesAt(link, 'attributes', cuts) }]
    }),
  }
}

function atMost<T>(list: readonly T[], most: number, cuts: Cuts): readonly T[] {
  if (list.length <= most) return list
  cuts.count += 1
  return list.slice(0, most)
}
