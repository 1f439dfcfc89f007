import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorInfo } from '../../../core/runner/error-info.ts'
import { formatLine, formatValue, longestPayload } from '../../../core/runner/format-value.ts'

function text(value: unknown): string {
  const payload = formatValue(value)
  expect(payload.format).toBe('text')
  return payload.text
}

describe('values that JSON can say', () => {
  test('are JSON, exactly as JSON.stringify writes them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON has no negative zero: it would come back as another value.
        fc.pre(!JSON.stringify(value, (_, part) => (Object.is(part, -0) ? 'minus zero' : part)).includes('minus zero'))
        const payload = formatValue(value, 1_000_000)
        expect(payload).toEqual({
          format: 'json',
          text: JSON.stringify(value),
          size: JSON.stringify(value).length,
          truncated: false,
        })
      }),
    )
  })

  test('an absent optional property is left out', () => {
    expect(formatValue({ a: 1, b: undefined }).text).toBe('{"a":1}')
  })
})

describe('values that it cannot', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'undefined'],
    ['NaN', Number.NaN, 'NaN'],
    ['negative zero', -0, '-0'],
    ['a bigint', { n: 10n }, '{n: 10n}'],
    ['a huge bigint', 1n << 5000n, '[bigint of 5004 bits]'],
    ['a symbol', [Symbol('s')], '[Symbol(s)]'],
    ['a symbol key', { [Symbol('k')]: 1 }, '{[Symbol(k)]: 1}'],
    ['a function', { run() {} }, '{run: [function run]}'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), '[invalid date]'],
    ['a regular expression', /a+/g, '/a+/g'],
    ['a map', new Map<unknown, unknown>([['a', new Map()]]), 'Map(1) {"a" => Map(0) {}}'],
    ['a set', new Set([1, 'b']), 'Set(2) [1, "b"]'],
    ['bytes', new Uint8Array(300), `Uint8Array(300) [${'0, '.repeat(100)}… 200 more]`],
    ['an error', Object.assign(new TypeError('no'), { code: 7 }), '[TypeError: no] {code: 7}'],
    ['a promise', Promise.resolve(1), '[promise]'],
    [
      'an instance',
      new (class Page {
        url = 'x'
      })(),
      'Page {url: "x"}',
    ],
    ['sparse holes', [1, undefined, 3], '[1, undefined, 3]'],
  ])('%s is text', (_, value, expected) => {
    expect(text(value)).toBe(expected)
  })

  test('a cycle is named', () => {
    const loop: Record<string, unknown> = { name: 'loop' }
    loop.self = loop
    expect(text(loop)).toBe('{name: "loop", self: [cycle]}')
  })

  test('a value that is used twice without a cycle is written twice', () => {
    const shared = { a: 1 }
    expect(formatValue([shared, shared]).text).toBe('[{"a":1},{"a":1}]')
  })

  test('a getter that throws does not hide its neighbours', () => {
    const value = {
      a: 1,
      get b(): number {
        throw new Error('no')
      },
      c: 3,
    }
    expect(text(value)).toBe('{a: 1, b: [getter threw: no], c: 3}')
  })

  test('a revoked proxy, alone and inside', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(text(proxy)).toMatch(/^\[unreadable: .*revoked/)
    expect(text({ a: proxy, b: 2 })).toMatch(/^\{a: \[unreadable: .*\], b: 2\}$/)
  })

  test('a proxy that throws from every trap', () => {
    const handler = new Proxy(
      {},
      {
        get: () => () => {
          throw Symbol('trap')
        },
      },
    )
    expect(text(new Proxy({}, handler))).toBe('[unreadable]')
  })

  test('deep nesting ends in an ellipsis', () => {
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep]
    expect(text(deep)).toBe(`${'['.repeat(12)}[…]${']'.repeat(12)}`)
  })
})

describe('bounds', () => {
  test('100 MB of text is cut, and its size told', () => {
    const payload = formatValue('x'.repeat(100_000_000))
    expect(payload.text.length).toBe(longestPayload)
    expect(payload).toMatchObject({ format: 'json', truncated: true })
    expect(payload.size).toBeGreaterThanOrEqual(100_000_000)
  })

  test('wide and sparse things stop at the limit', () => {
    const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]))
    const sparse: unknown[] = []
    sparse[4_000_000_000] = 1
    for (const value of [wide, { ...wide, bad: 1n }, sparse, new Array(1e6).fill('item')]) {
      const payload = formatValue(value)
      expect(payload.text.length).toBeLessThanOrEqual(longestPayload)
    }
  })

  test('a fan of shared objects does not explode', () => {
    let fan: unknown = 'leaf'
    for (let level = 0; level < 40; level += 1) fan = [fan, fan]
    expect(formatValue(fan).text.length).toBeLessThanOrEqual(longestPayload)
  })

  test('lines are cut with an ellipsis', () => {
    expect(formatLine('abcdef', 4)).toBe('abc…')
    expect(formatLine({ a: 1 })).toBe('{"a":1}')
  })
})

test('formatting never throws and keeps its bound, whatever the value', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
        withTypedArray: true,
        withSparseArray: true,
        withObjectString: true,
      }),
      fc.integer({ min: 1, max: 500 }),
      (value, limit) => {
        const payload = formatValue(value, limit)
        expect(payload.text.length).toBeLessThanOrEqual(Math.max(limit, 9))
        expect(payload.size).toBeGreaterThanOrEqual(payload.text.length)
        expect(payload.truncated).toBe(payload.size > payload.text.length)
        if (payload.format === 'json' && !payload.truncated) JSON.parse(payload.text)
      },
    ),
    { numRuns: 2000 },
  )
})

describe('errors', () => {
  test('keep name, message, stack, code and the chain of causes', () => {
    const root = Object.assign(new RangeError('root'), { code: 'E_ROOT' })
    const info = errorInfo(new Error('top', { cause: root }))
    expect(info).toMatchObject({
      name: 'Error',
      message: 'top',
      cause: { name: 'RangeError', message: 'root', code: 'E_ROOT' },
    })
    expect(info.stack).toContain('format-value.test')
  })

  test('a cause that is a cycle or very long ends', () => {
    const cycle = new Error('a')
    cycle.cause = new Error('b', { cause: cycle })
    expect(errorInfo(cycle).cause?.cause).toBeUndefined()
    let long = new Error('0')
    for (let depth = 1; depth < 100; depth += 1) long = new Error(String(depth), { cause: long })
    let count = 0
    for (let info = errorInfo(long).cause; info !== undefined; info = info.cause) count += 1
    expect(count).toBe(7)
  })

  test('a value that is no Error is kept as a value', () => {
    expect(errorInfo('plain')).toEqual({
      name: 'string',
      message: 'plain',
      value: { format: 'json', text: '"plain"', size: 7, truncated: false },
    })
    expect(errorInfo(null)).toMatchObject({ name: 'null', message: 'null' })
    expect(errorInfo(undefined)).toMatchObject({ name: 'undefined', message: 'undefined' })
  })

  test('an aggregate keeps its errors', () => {
    expect(errorInfo(new AggregateError([new Error('one')], 'all')).value?.text).toBe('[[Error: one]]')
  })

  test('hostile errors are described all the same', () => {
    const hostile = new Error('x')
    for (const key of ['name', 'message', 'stack', 'code', 'cause', 'errors']) {
      Object.defineProperty(hostile, key, {
        get() {
          throw new Error(key)
        },
      })
    }
    expect(errorInfo(hostile)).toEqual({ name: 'Error', message: '' })
    const { proxy, revoke } = Proxy.revocable(new Error('y'), {})
    revoke()
    expect(errorInfo(proxy).message).toContain('unreadable')
    fc.assert(fc.property(fc.anything(), (value) => void errorInfo(value)))
  })

  test('a message of 100 MB is cut', () => {
    expect(errorInfo(new Error('m'.repeat(100_000_000))).message.length).toBeLessThanOrEqual(8192)
  })
})
