import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../../../../core/mcp/wire/line-splitter.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** All lines of a byte stream that arrives in pieces cut at `cuts`. */
function split(stream: Uint8Array, cuts: readonly number[], maxLineBytes?: number) {
  const splitter = new LineSplitter(maxLineBytes === undefined ? {} : { maxLineBytes })
  const places = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b)
  const lines = []
  let from = 0
  for (const to of places) {
    const chunk = stream.slice(from, to)
    lines.push(...splitter.push(chunk))
    // The stream may use its buffer again.
    chunk.fill(0x78)
    from = to
  }
  const last = splitter.end()
  return last === undefined ? lines : [...lines, last]
}

test('gives the same lines however the bytes are cut into chunks', () => {
  const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), fc.constant('{"a":"😀é"}\r'))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), fc.boolean(), (texts, cuts, ended) => {
      const whole = texts.join('\n') + (ended ? '\n' : '')
      const expected = whole.split('\n').map((text) => (text.endsWith('\r') ? text.slice(0, -1) : text))
      if (whole === '' || whole.endsWith('\n')) expected.pop()
      const lines = split(bytes(whole), cuts)
      expect(lines.map((entry) => entry.text)).toEqual(expected)
      expect(lines.map((entry) => entry.bytes)).toEqual(expected.map((text) => bytes(text).length))
    }),
  )
})

test('takes a line of 10 MB that arrives in pipe-sized pieces', () => {
  const text = `{"x":"${'é'.repeat(5_000_000)}"}`
  const stream = bytes(`${text}\r\nnext\n`)
  const cuts = Array.from({ length: Math.floor(stream.length / 65_536) }, (_, index) => (index + 1) * 65_536 - 1)
  const lines = split(stream, cuts)
  expect(lines.map((line) => [line.text.length, line.overlong])).toEqual([
    [text.length, false],
    [4, false],
  ])
})

test('cuts a line that is longer than allowed, says so, and goes on with the next', () => {
  const lines = split(bytes(`${'a'.repeat(50_000)}\nb\n`), [10, 9_000, 20_000], 10_000)
  expect(lines).toEqual([
    { text: 'a'.repeat(4096), bytes: 50_000, overlong: true },
    { text: 'b', bytes: 1, overlong: false },
  ])
})

test('allows exactly the longest line, with either line end', () => {
  expect(split(bytes('aaaa\r\naaaa\naaaaa\n'), [], 4).map((line) => line.overlong)).toEqual([false, false, true])
})

test('keeps what is not UTF-8 as evidence', () => {
  expect(split(new Uint8Array([0x61, 0xff, 0x62, 0x0a]), [])).toEqual([{ text: 'a�b', bytes: 3, overlong: false }])
})
