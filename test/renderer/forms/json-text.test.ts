import { describe, expect, it } from 'vitest'
import { jsonTemplate, readJson } from '../../../renderer/forms/json-text.ts'

describe('free JSON', () => {
  it('reads values, and nothing as no input', () => {
    expect(readJson('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } })
    expect(readJson('  ')).toEqual({ ok: true, value: undefined })
  })

  it('says one sentence with the place of the first mistake', () => {
    const reading = readJson('{\n  "a": 1,\n}')
    expect(reading.ok).toBe(false)
    expect(reading).toMatchObject({ problem: expect.stringMatching(/line 3, column 1$/) })
    expect(readJson('{"a":')).toMatchObject({ problem: expect.stringMatching(/too early, at line 1, column 6/) })
  })

  it('starts from the required keys of the schema', () => {
    const text = jsonTemplate({
      type: 'object',
      required: ['page', 'tags'],
      properties: {
        page: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
        tags: { type: 'array' },
        more: { type: 'string' },
      },
    })
    expect(JSON.parse(text)).toEqual({ page: { url: '' }, tags: [] })
  })
})
