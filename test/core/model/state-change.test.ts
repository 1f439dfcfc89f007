import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Payload } from '../../../core/model/payload.ts'
import { diffStates, mergePatch } from '../../../core/model/state-change.ts'
import { holdsFor } from '../../../core/model/state-predicate.ts'

function payload(value: unknown): Payload {
  const text = JSON.stringify(value) ?? 'undefined'
  return { format: 'json', text, size: text.length, truncated: false }
}

describe('a merge patch', () => {
  // The cases of RFC 7396, appendix A.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged)
  })

  test('takes __proto__ for a key like any other', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'))
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('the difference of two states', () => {
  test('names every place that is another', () => {
    const before = payload({ pages: 3, queue: { length: 1, head: 'a' }, gone: true })
    const after = payload({ pages: 4, queue: { length: 1, head: 'b' }, come: [1] })
    expect(diffStates(before, after)).toEqual([
      { path: 'pages', before: '3', after: '4' },
      { path: 'queue.head', before: '"a"', after: '"b"' },
      { path: 'gone', before: 'true' },
      { path: 'come', after: '[1]' },
    ])
  })

  test('is empty exactly when both are the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, other) => {
        expect(diffStates(payload(one), payload(one))).toEqual([])
        const same = JSON.stringify(one) === JSON.stringify(other)
        if (same) expect(diffStates(payload(one), payload(other))).toEqual([])
      }),
    )
  })
})

describe('a question about a state', () => {
  const state = {
    pages: 3,
    queue: { length: 2 },
    name: 'b',
    get broken() {
      throw new Error('no')
    },
  }
  test.each([
    ['pages', '>=', 3, true],
    ['pages', '<', 3, false],
    ['queue.length', '==', 2, true],
    ['name', '>', 'a', true],
    ['name', '>', 1, false],
    ['missing.deep', '==', 0, false],
    ['missing.deep', '!=', 0, true],
    ['broken', '==', 0, false],
  ] as const)('%s %s %j is %s', (path, is, than, expected) => {
    expect(holdsFor(state, { path, is, than })).toBe(expected)
  })
})
