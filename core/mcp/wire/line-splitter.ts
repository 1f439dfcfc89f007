/**
 * Cuts a byte stream into lines. Guarantees: any chunking of the same bytes gives the same lines; a character that was
 * split between chunks comes out whole; CRLF and LF end a line alike; memory is bounded by the longest line allowed.
 */

/** A server may put a whole file into one message; beyond this a line is cut and marked. */
export const defaultMaxLineBytes = 64 * 1024 * 1024
/** How much of a line that is too long is kept as evidence. */
const evidenceBytes = 4096

export interface WireLine {
  /** Without its line end. Bytes that are not UTF-8 read as U+FFFD. */
  readonly text: string
  /** Length on the wire without the line end. */
  readonly bytes: number
  /** The line was longer than allowed; `text` holds only its start. */
  readonly overlong: boolean
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

export class LineSplitter {
  readonly #maxLineBytes: number
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #parts: Uint8Array[] = []
  #kept = 0
  #bytes = 0
  #endsInReturn = false

  constructor(options: { readonly maxLineBytes?: number } = {}) {
    this.#maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes
  }

  /** Takes the next bytes and gives the lines that they end. */
  push(chunk: Uint8Array): WireLine[] {
    const lines: WireLine[] = []
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(lineFeed, start)
      if (end < 0) {
        this.#keep(chunk.subarray(start))
        break
      }
      this.#keep(chunk.subarray(start, end))
      lines.push(this.#take())
      start = end + 1
    }
    return lines
  }

  /** Gives the last line when the stream ended without a line end. */
  end(): WireLine | undefined {
    return this.#bytes === 0 ? undefined : this.#take()
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return
    this.#bytes += part.length
    this.#endsInReturn = part[part.length - 1] === carriageReturn
    if (this.#bytes > this.#maxLineBytes + 1) {
      this.#cutToEvidence()
      return
    }
    // A copy: the stream may use its buffer again.
    this.#parts.push(part.slice())
    this.#kept += part.length
  }

  #cutToEvidence(): void {
    if (this.#kept <= evidenceBytes) return
    const start = join(this.#parts, this.#kept).slice(0, evidenceBytes)
    this.#parts = [start]
    this.#kept = start.length
  }

  #take(): WireLine {
    const bytes = this.#bytes - (this.#endsInReturn ? 1 : 0)
    const overlong = bytes > this.#maxLineBytes
    if (overlong) this.#cutToEvidence()
    const kept = join(this.#parts, this.#kept)
    const line = { text: this.#decoder.decode(kept.subarray(0, bytes)), bytes, overlong }
    this.#parts = []
    this.#kept = 0
    this.#bytes = 0
    this.#endsInReturn = false
    return line
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
