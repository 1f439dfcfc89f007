import { randomBytes } from 'node:crypto'
import type { SpanData } from '../model/span.ts'
import { lifecycleScope, spanNames } from './attribute-names.ts'

/** The span that "Send a test span" sends: a trace of its own, at the time given (milliseconds since the epoch). */
export function testSpanData(at: number): SpanData {
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: spanNames.test,
    kind: 'internal',
    start: at,
    end: at,
    status: { code: 'ok' },
    attributes: {},
    events: [],
    links: [],
    scope: lifecycleScope,
  }
}
