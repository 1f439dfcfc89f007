import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Draft, draftOf, readDraft } from '../../../renderer/forms/draft.ts'
import { flatFields } from '../../../renderer/forms/flat-schema.ts'

function fieldsOf(schema: unknown) {
  const fields = flatFields(schema)
  if (fields === undefined) throw new Error('the schema is not flat')
  return fields
}

const bounds = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(20)).map(([low, span]) => [low, low + span] as const)
const text = fc.record(
  {
    type: fc.constant('string'),
    minLength: fc.nat(3),
    maxLength: fc.integer({ min: 3, max: 8 }),
    default: fc.string({ maxLength: 6 }),
  },
  { requiredKeys: ['type'] },
)
const formatted = fc.record({
  type: fc.constant('string'),
  format: fc.constantFrom('email', 'uri', 'date', 'date-time'),
})
const number = bounds.chain(([minimum, maximum]) =>
  fc.record(
    {
      type: fc.constantFrom('number', 'integer'),
      minimum: fc.constant(minimum),
      maximum: fc.constant(maximum),
      multipleOf: fc.integer({ min: 1, max: 5 }),
    },
    { requiredKeys: ['type'] },
  ),
)
const choice = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .chain((values) =>
    fc.constantFrom(
      { type: 'string', enum: values },
      { type: 'string', oneOf: values.map((value) => ({ const: value, title: `the ${value}` })) },
      { type: 'array', items: { type: 'string', enum: values }, minItems: 1 },
      { type: 'array', items: { anyOf: values.map((value) => ({ const: value, title: value })) }, maxItems: 2 },
    ),
  )
const property = fc.oneof(text, formatted, number, choice, fc.constant({ type: 'boolean' }))
const schemas = fc
  .dictionary(fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/), property, { maxKeys: 5 })
  .chain((properties) =>
    fc.record({
      type: fc.constant('object'),
      properties: fc.constant(properties),
      required: fc.subarray(Object.keys(properties)),
      additionalProperties: fc.constant(false),
    }),
  )
const typed = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '-7',
    '3.5',
    '1e3',
    'a@b.co',
    'https://example.com',
    '2026-02-28',
    '2026-11-24T09:30:00Z',
  ),
  fc.boolean(),
  fc.subarray(['0', '1', '2', '3']),
  fc.constant(undefined),
)

describe('a draft', () => {
  it('only ever gives values that keep to the schema', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        schemas.chain((schema) =>
          fc.tuple(fc.constant(schema), fc.tuple(...Object.keys(schema.properties).map(() => typed))),
        ),
        ([schema, values]) => {
          const keys = Object.keys(schema.properties)
          const draft: Draft = Object.fromEntries(keys.map((key, index) => [key, values[index]]))
          const reading = readDraft(fieldsOf(schema), draft)
          if (!reading.ok) {
            expect(Object.keys(reading.problems).every((key) => keys.includes(key))).toBe(true)
            return
          }
          accepted += 1
          const judged = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(reading.value)
          expect(judged.error?.issues, JSON.stringify([schema, reading.value])).toBeUndefined()
        },
      ),
      { numRuns: 500 },
    )
    expect(accepted).toBeGreaterThan(50)
  })

  it('starts from the defaults, or from what was sent before', () => {
    const fields = fieldsOf({
      type: 'object',
      properties: {
        topic: { type: 'string', default: 'bees' },
        depth: { type: 'integer', default: 3 },
        loud: { type: 'boolean', default: true },
        size: { type: 'string', enum: ['small', 'large'], default: 'large' },
      },
    })
    expect(readDraft(fields, draftOf(fields))).toEqual({
      ok: true,
      value: { topic: 'bees', depth: 3, loud: true, size: 'large' },
    })
    expect(readDraft(fields, draftOf(fields, { topic: 'ants', size: 'small' }))).toEqual({
      ok: true,
      value: { topic: 'ants', size: 'small' },
    })
  })

  it('says beside each field what is wrong with it, all at once', () => {
    const fields = fieldsOf({
      type: 'object',
      properties: {
        url: { type: 'string', format: 'uri' },
        pages: { type: 'integer', minimum: 1 },
        who: { type: 'string' },
        day: { type: 'string', format: 'date' },
      },
      required: ['url', 'pages', 'who'],
    })
    expect(readDraft(fields, { url: 'example', pages: '1.5', day: '2026-02-30' })).toEqual({
      ok: false,
      problems: {
        url: 'is not a full address like https://example.com',
        pages: 'is not a whole number',
        who: 'is needed',
        day: 'is not a date like 2026-11-24',
      },
    })
  })

  it('leaves out what was left empty', () => {
    const fields = fieldsOf({ type: 'object', properties: { a: { type: 'string' }, n: { type: 'number' } } })
    expect(readDraft(fields, { a: '', n: ' ' })).toEqual({ ok: true, value: {} })
  })

  it('treats awkward keys like any other', () => {
    const fields = fieldsOf(JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'))
    const reading = readDraft(fields, JSON.parse('{"__proto__":"x"}'))
    expect(JSON.stringify(reading)).toBe('{"ok":true,"value":{"__proto__":"x"}}')
  })
})
