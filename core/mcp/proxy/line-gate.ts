/**
 * One direction of a shim. Guarantees: while nothing is to be looked at first, each chunk goes on as it came, before
 * anybody sees it; while something is, whole lines wait for their verdict, and whatever passes is byte for byte what
 * came. A line that has begun to pass passes to its end.
 */
import { defaultMaxLineBytes, LineSplitter, type WireLine } from '../wire/line-splitter.ts'

/** What becomes of a line: it passes, it is dropped, or whoever judged takes its bytes and forwards them later. */
export type Verdict = 'pass' | 'drop' | ((bytes: Uint8Array) => void)

export interface LineGateOptions {
  readonly forward: (bytes: Uint8Array) => void
  /** Sees each line once, in order. The verdict counts only while the gate is `filtering`. */
  readonly see: (line: WireLine) => Verdict
}

const lineFeed = 0x0a

export class LineGate {
  readonly #options: LineGateOptions
  readonly #splitter = new LineSplitter()
  #filtering = false
  /** The line that is under way has been forwarded in part. */
  #begun = false
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #inserts: Uint8Array[] = []

  constructor(options: LineGateOptions) {
    this.#options = options
  }

  /** Whether lines are to wait for their verdict. Letting go forwards what has come of the present line. */
  set filtering(filtering: boolean) {
    this.#filtering = filtering
    if (!filtering) this.#letGo()
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.#filtering || this.#inserts.length > 0) {
      this.#pushLines(chunk)
      return
    }
    this.#options.forward(chunk)
    this.#begun = chunk[chunk.length - 1] !== lineFeed
    for (const line of this.#splitter.push(chunk)) this.#options.see(line)
  }

  /** The sender has ended; a last line without a line end is seen and passes. */
  end(): void {
    this.#letGo()
    const line = this.#splitter.end()
    if (line !== undefined) this.#options.see(line)
    for (const insert of this.#inserts.splice(0)) this.#options.forward(insert)
  }

  /** Puts whole lines between two lines of the sender, now or as soon as the present one has passed. */
  insert(line: Uint8Array): void {
    if (this.#begun) this.#inserts.push(line)
    else this.#options.forward(line)
  }

  #pushLines(chunk: Uint8Array): void {
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(lineFeed, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end + 1)
      start += part.length
      const [line] = this.#splitter.push(part)
      this.#take(part, line)
    }
  }

  #take(part: Uint8Array, line: WireLine | undefined): void {
    if (this.#begun || !this.#filtering) {
      this.#options.forward(part)
      this.#begun = line === undefined
      if (line === undefined) return
      this.#options.see(line)
      for (const insert of this.#inserts.splice(0)) this.#options.forward(insert)
      return
    }
    this.#waiting.push(part)
    this.#waitingBytes += part.length
    if (line === undefined) {
      // Too long to be kept: nobody could judge it anyway.
      if (this.#waitingBytes > defaultMaxLineBytes) this.#letGo()
      return
    }
    const bytes = this.#takeWaiting()
    const verdict = this.#options.see(line)
    if (verdict === 'pass') this.#options.forward(bytes)
    else if (verdict !== 'drop') verdict(bytes)
  }

  #letGo(): void {
    if (this.#waiting.length === 0) return
    this.#options.forward(this.#takeWaiting())
    this.#begun = true
  }

  #takeWaiting(): Uint8Array {
    const bytes = this.#waiting.length === 1 ? this.#waiting[0] : undefined
    const whole = bytes ?? Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    return whole
  }
}
