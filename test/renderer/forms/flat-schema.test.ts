import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flatFields } from '../../../renderer/forms/flat-schema.ts'

describe('a schema as a form', () => {
  it('takes the input of a task written with zod', () => {
    const schema = z.toJSONSchema(
      z.object({ url: z.url(), depth: z.int().min(1).default(2), fast: z.boolean(), kind: z.enum(['a', 'b']) }),
      { io: 'input' },
    )
    expect(flatFields(schema)?.map((field) => [field.key, field.kind, field.required])).toEqual([
      ['url', 'text', true],
      ['depth', 'number', false],
      ['fast', 'boolean', true],
      ['kind', 'choice', true],
    ])
  })

  it('takes every field that elicitation allows, with titles', () => {
    const fields = flatFields({
      type: 'object',
      properties: {
        pet: { type: 'string', enum: ['c', 'd'], enumNames: ['Cat', 'Dog'] },
        hero: { type: 'string', oneOf: [{ const: 'h', title: 'Hero' }] },
        many: { type: 'array', items: { type: 'string', enum: ['x', 'y'] }, minItems: 1 },
        titled: { type: 'array', items: { anyOf: [{ const: 'z', title: 'Zed' }] } },
        mail: { type: 'string', title: 'E-mail', format: 'email', description: 'where to write' },
      },
    })
    expect(fields).toMatchObject([
      { kind: 'choice', choices: [{ title: 'Cat' }, { title: 'Dog' }] },
      { kind: 'choice', choices: [{ value: 'h', title: 'Hero' }] },
      { kind: 'choices', minItems: 1 },
      { kind: 'choices', choices: [{ title: 'Zed' }] },
      { kind: 'text', title: 'E-mail', format: 'email', description: 'where to write' },
    ])
  })

  it('knows a task that takes nothing', () => {
    expect(flatFields({ type: 'object' })).toEqual([])
    expect(flatFields({ type: 'object', properties: {}, additionalProperties: false })).toEqual([])
  })

  it.each([
    ['nesting', { type: 'object', properties: { a: { type: 'object', properties: {} } } }],
    ['a free map', { type: 'object', additionalProperties: { type: 'string' } }],
    ['a nullable field', { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }],
    ['a list of free texts', { type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } }],
    ['a condition', { type: 'object', properties: { a: { type: 'string' } }, not: {} }],
    ['a keyword nobody knows', { type: 'object', properties: { a: { type: 'string', contentEncoding: 'base64' } } }],
    ['something that is no object', { type: 'string' }],
    ['no schema', undefined],
  ])('leaves %s to the JSON editor', (_name, schema) => {
    expect(flatFields(schema)).toBeUndefined()
  })
})
