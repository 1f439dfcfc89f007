import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasNoMessage, type SseEvent, SseSplitter } from '../../../../core/mcp/wire/sse.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function split(text: string, cuts: readonly number[] = [], maxLength?: number): SseEvent[] {
  const stream = bytes(text)
  const splitter = new SseSplitter(maxLength === undefined ? {} : { maxLength })
  const places = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b)
  let from = 0
  return places.flatMap((to) => {
    const events = splitter.push(stream.slice(from, to))
    from = to
    return events
  })
}

test('reads events, comments, ids and several lines of data', () => {
  const text =
    ': hello\nevent: ping\nid: 7\ndata: {"a":\ndata: 1}\n\nretry: 300\ndata\n\nid: only\n\nignored: x\n\ndata: unfinished'
  expect(split(text)).toEqual([
    { kind: 'comment', text: 'hello' },
    { kind: 'event', event: 'ping', id: '7', data: '{"a":\n1}' },
    { kind: 'event', event: 'message', retry: 300, data: '' },
    { kind: 'event', event: 'message', id: 'only', data: '' },
  ])
})

test('knows the event without a message that primes a stream, as it is sent and as servers send it again', () => {
  const [first, again, message, other] = split(
    'id: 1\ndata:\n\nid: 1\ndata: {}\n\nid: 2\ndata: {"id":1}\n\ndata: [{}]\n\n',
  )
  expect([first, again, message, other].map((event) => event?.kind === 'event' && hasNoMessage(event))).toEqual([
    ...[true, true],
    ...[false, false],
  ])
})

test('gives the same events however the bytes are cut, with any line end', () => {
  const data = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))
  const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(data, lineEnd)), fc.array(fc.nat()), (entries, cuts) => {
      const text = entries.map(([value, end]) => `data: ${value}${end}${end}`).join('')
      const expected = entries.map(([value]) => ({ kind: 'event', event: 'message', data: value }))
      expect(split(text, cuts)).toEqual(expected)
    }),
  )
})

test('skips an event that is too large, says so, and goes on', () => {
  const text = `data: ${'a'.repeat(50)}\ndata: ${'b'.repeat(10)}\n\ndata: c\n\n`
  expect(split(text, [3, 20, 40], 40)).toEqual([
    { kind: 'overlong', bytes: expect.any(Number) },
    { kind: 'event', event: 'message', data: 'c' },
  ])
})
