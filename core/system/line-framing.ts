/**
 * Newline-delimited JSON over a byte stream: one message per line. A character may be split over chunks, a line may
 * not be longer than agreed, and what is no JSON is an error of the peer, never a crash.
 */
import { StringDecoder } from 'node:string_decoder'

/** UTF-16 code units of the longest line either side accepts. */
export const maxLineLength = 64 * 1024 * 1024

/** The peer broke the framing; the connection is of no use any more. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

export interface LineDecoder {
  /** Gives the complete lines so far, without their newlines; empty lines are left out. Throws a `FramingError`. */
  push(chunk: Uint8Array): readonly string[]
}

/** @param limit the longest line to accept now; asked for each piece. */
export function createLineDecoder(limit: () => number = () => maxLineLength): LineDecoder {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let length = 0
  return {
    push(chunk) {
      const pieces = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split('\n')
      const lines: string[] = []
      for (const [index, piece] of pieces.entries()) {
        length += piece.length
        if (length > limit()) throw new FramingError(`a line is longer than ${limit()} characters`)
        parts.push(piece)
        if (index === pieces.length - 1) break
        const line = parts.join('')
        parts = []
        length = 0
        if (line !== '') lines.push(line)
      }
      return lines
    },
  }
}

/** One message as its line, newline included. */
export function encodeLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`
}

/** The value of one line. Throws a `FramingError` when it is no JSON. */
export function decodeLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new FramingError(`a line is no JSON: ${JSON.stringify(line.slice(0, 80))}`, { cause })
  }
}
