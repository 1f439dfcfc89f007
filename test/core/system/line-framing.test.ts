import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineDecoder, decodeLine, encodeLine, FramingError } from '../../../core/system/line-framing.ts'

function chunksOf(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...at, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : at[index - 1], end))
}

describe('line framing', () => {
  it('gives every message back whole, wherever the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(), { maxLength: 20 }), (messages, cuts) => {
        const bytes = Buffer.from(messages.map(encodeLine).join(''))
        const decoder = createLineDecoder()
        const read = chunksOf(bytes, cuts)
          .flatMap((chunk) => decoder.push(chunk))
          .map(decodeLine)
        expect(read).toEqual(messages.map((message) => JSON.parse(JSON.stringify(message))))
      }),
    )
  })

  it('keeps a character whole that is split over two chunks', () => {
    const bytes = Buffer.from('"né→🦊"\n')
    const decoder = createLineDecoder()
    const lines = [...bytes].flatMap((byte) => decoder.push(Uint8Array.of(byte)))
    expect(lines).toEqual(['"né→🦊"'])
  })

  it('refuses a line that is longer than agreed before it has arrived whole', () => {
    const decoder = createLineDecoder(() => 10)
    expect(decoder.push(Buffer.from('12345'))).toEqual([])
    expect(() => decoder.push(Buffer.from('678901'))).toThrow(FramingError)
  })

  it('calls what is no JSON an error of the framing', () => {
    expect(() => decodeLine('{"half":')).toThrow(FramingError)
  })
})
