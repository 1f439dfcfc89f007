import { expect, it } from 'vitest'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { createRequestEncoder } from '../../../core/telemetry/otlp-request.ts'
import { numberedSpan } from './numbered-span.ts'

it('names a scope once per request, whether or not spans share the object: those of a host and of a file never do', () => {
  const encode = createRequestEncoder({}, 'protobuf')
  const spans = [1, 2, 3].map((n) => ({ ...numberedSpan(n), scope: { name: 'shop', version: '2' } }))
  const others = [4, 5].map((n) => ({ ...numberedSpan(n), scope: { name: 'shop', version: '3' } }))
  const body = Buffer.from(encode({ kind: 'spans', spans: [...spans, ...others] })).toString('latin1')
  expect(body.split('shop')).toHaveLength(3)
  for (const n of [1, 2, 3, 4, 5]) expect(body).toContain(`span ${n}`)
})

it('says in the field of the protocol how many events were left out', () => {
  const encode = createRequestEncoder({}, 'json')
  const span = { ...numberedSpan(1), attributes: { [names.droppedEvents]: 7 } }
  const request = JSON.parse(Buffer.from(encode({ kind: 'spans', spans: [span, numberedSpan(2)] })).toString())
  const [cut, whole] = request.resourceSpans[0].scopeSpans[0].spans
  expect(cut).toMatchObject({ droppedEventsCount: 7 })
  expect(whole).toMatchObject({ droppedEventsCount: 0 })
})
