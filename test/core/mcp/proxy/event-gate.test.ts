/** A stream of events through the gate: cut anywhere, held and let go at any time, it comes out as it went in. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventGate } from '../../../../core/mcp/proxy/event-gate.ts'
import { SseSplitter } from '../../../../core/mcp/wire/sse.ts'

/** Events whose data begins with `h` are held. */
function openGate(filtering: boolean) {
  const out: string[] = []
  const held: Uint8Array[] = []
  const splitter = new SseSplitter()
  const gate = new EventGate({
    filtering,
    forward: (bytes) => out.push(Buffer.from(bytes).toString('latin1')),
    see(bytes) {
      const mine = splitter.push(bytes).some((event) => event.kind === 'event' && event.data.startsWith('h'))
      return mine ? (event) => held.push(event) : 'pass'
    },
  })
  return { gate, held, text: () => out.join('') }
}

test('while nothing is looked at first, each chunk goes on as it came', () => {
  const { gate, text } = openGate(false)
  gate.push(Buffer.from('data: h'))
  expect(text()).toBe('data: h')
  gate.push(Buffer.from('alf\n\n'))
  expect(text()).toBe('data: half\n\n')
})

test('a held event is taken out whole, with its comments and its fields, and the others pass', () => {
  const { gate, held, text } = openGate(true)
  gate.push(Buffer.from('id: 1\r\ndata: a\r\n\r\n: x\r\nid: 2\r\ndata: h\r\n'))
  gate.push(Buffer.from('\r\ndata: b\r\n\r\n'))
  expect(text()).toBe('id: 1\r\ndata: a\r\n\r\ndata: b\r\n\r\n')
  expect(held.map(String)).toEqual([': x\r\nid: 2\r\ndata: h\r\n\r\n'])
})

test('an event that has begun to pass passes to its end, and ours come after it', () => {
  const { gate, held, text } = openGate(false)
  gate.push(Buffer.from('data: h1'))
  gate.filtering = true
  gate.insert(Buffer.from('data: ours\n\n'))
  gate.push(Buffer.from('\n\ndata: h2\n\n'))
  expect(text()).toBe('data: h1\n\ndata: ours\n\n')
  expect(held.map(String)).toEqual(['data: h2\n\n'])
})

describe('whatever comes', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
  const line = fc.constantFrom('data: a', 'data: hold', 'data: ä', ': comment', 'id: 7', 'nonsense')
  const event = fc.tuple(line, lineEnd, lineEnd).map((parts) => parts.join(''))

  test('passes byte for byte while nothing of it is held', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat()), fc.array(fc.boolean()), (events, cuts, filters) => {
        const bytes = Buffer.from(events.join('').replaceAll('hold', 'fold'))
        const { gate, held, text } = openGate(false)
        const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b)
        let start = 0
        for (const [index, end] of ends.entries()) {
          gate.filtering = filters[index] ?? false
          gate.push(bytes.subarray(start, end))
          start = end
        }
        gate.end()
        expect(held).toEqual([])
        expect(text()).toBe(bytes.toString('latin1'))
      }),
    )
  })

  test('is either passed or held, and what is held are whole events', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((each) => `${each}\n\n`).join(''))
        const { gate, held, text } = openGate(true)
        const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b)
        let start = 0
        for (const end of ends) {
          gate.push(bytes.subarray(start, end))
          start = end
        }
        gate.end()
        const whole = bytes.toString('latin1')
        expect(text().length + Buffer.concat(held).length).toBe(whole.length)
        expect(text()).not.toContain('hold')
        for (const each of held) expect(String(each)).toMatch(/data: hold\n\n$/)
      }),
    )
  })
})
