import { expect, it } from 'vitest'
import { redacted } from '../../../core/model/redact.ts'
import { createRedaction } from '../../../core/telemetry/redaction.ts'
import { numberedSpan } from './numbered-span.ts'

const span = {
  ...numberedSpan(1),
  status: { code: 'error', message: 'user 7 is unknown' },
  attributes: { 'http.request.header.authorization': 'Bearer x', 'db.user': 'ada', plain: 1 },
  events: [
    { name: 'exception', at: 1, attributes: { 'exception.message': 'user 7 is unknown', 'exception.type': 'E' } },
  ],
  links: [{ traceId: 'a', spanId: 'b', attributes: { 'my.token': 't' } }],
} as const

it('replaces the values of attributes by the patterns of their names, wherever they are', () => {
  const clean = createRedaction(['http.request.header.*', '*.TOKEN'])?.span(span)
  expect(clean).toEqual({
    ...span,
    attributes: { ...span.attributes, 'http.request.header.authorization': redacted },
    links: [{ traceId: 'a', spanId: 'b', attributes: { 'my.token': redacted } }],
  })
})

it('takes the message out of the status as well when that of the exception must not leave', () => {
  const clean = createRedaction(['exception.message'])?.span(span)
  expect(clean?.status).toEqual({ code: 'error', message: redacted })
  expect(JSON.stringify(clean)).not.toContain('unknown')
})

it('takes a pattern for what it says: dots are dots', () => {
  expect(createRedaction(['db.us'])?.span(span).attributes['db.user']).toBe('ada')
  expect(createRedaction(['dbxuser'])?.span(span).attributes['db.user']).toBe('ada')
  expect(createRedaction([' ', ''])).toBeUndefined()
})
