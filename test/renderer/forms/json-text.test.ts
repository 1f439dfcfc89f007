import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonTemplate, readJson } from '../../../renderer/forms/json-text.ts'

describe('free JSON', () => {
  it('reads values, and nothing as no input', () => {
    expect(readJson('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } })
    expect(readJson('  ')).toEqual({ ok: true, value: undefined })
  })

  it('says one sentence with the place of the first mistake', () => {
    expect(readJson('{\n  "a": 1,\n}')).toEqual({
      ok: false,
      problem: 'this is not JSON: "}" at line 3, column 1, where double-quoted property name should be',
    })
    expect(readJson('{"a": }')).toEqual({ ok: false, problem: 'this is not JSON: "}" at line 1, column 7' })
    expect(readJson('{"a":')).toEqual({ ok: false, problem: 'this ends too early, at line 1, column 6' })
  })

  it('finds the place of a foreign character wherever it stands', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, seed) => {
        // Outside texts a # can stand nowhere.
        const places = [...json.matchAll(/[[{,:]/g)].map((match) => match.index + 1)
        const outside = places.filter((place) => (json.slice(0, place).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 0)
        const place = outside[seed % Math.max(1, outside.length)]
        if (place === undefined || json.includes('\\')) return
        const broken = `${json.slice(0, place)}#${json.slice(place)}`
        expect(readJson(broken)).toMatchObject({
          ok: false,
          problem: expect.stringContaining(`"#" at line 1, column ${place + 1}`),
        })
      }),
    )
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
