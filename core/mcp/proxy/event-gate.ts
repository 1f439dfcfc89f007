/**
 * A stream of events on its way through an HTTP proxy. Guarantees: while nothing is to be looked at first, each chunk goes
 * on as it came, before anybody sees it; while something is, whole events wait for their verdict, and whatever passes is
 * byte for byte what came. An event that has begun to pass passes to its end.
 */
import type { Verdict } from './line-gate.ts'

export interface EventGateOptions {
  readonly forward: (bytes: Uint8Array) => void
  /** Sees every byte once, in order. The verdict counts when the bytes end an event and the gate is `filtering`. */
  readonly see: (bytes: Uint8Array) => Verdict
  readonly filtering: boolean
}

const lineFeed = 0x0a
/** An event that is longer passes unjudged. */
const maxEventBytes = 64 * 1024 * 1024
/** The longest two line ends that an event can end with. */
const endBytes = 4

export class EventGate {
  readonly #options: EventGateOptions
  #filtering: boolean
  /** The last bytes that came; a stream begins as if after an event. */
  #tail = '\n\n'
  /** The event that is under way has been forwarded in part. */
  #begun = false
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #verdict: Verdict = 'pass'
  #inserts: Uint8Array[] = []

  constructor(options: EventGateOptions) {
    this.#options = options
    this.#filtering = options.filtering
  }

  /** Whether events are to wait for their verdict. Letting go forwards what has come of the present event. */
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
    this.#begun = !this.#endsEvent(chunk)
    this.#options.see(chunk)
  }

  /** The server has ended the stream; an event without its end passes as it is. */
  end(): void {
    this.#letGo()
    for (const insert of this.#inserts.splice(0)) this.#options.forward(insert)
  }

  /** Puts whole events between two events of the server, now or as soon as the present one has passed. */
  insert(events: Uint8Array): void {
    if (this.#begun) this.#inserts.push(events)
    else this.#options.forward(events)
  }

  #pushLines(chunk: Uint8Array): void {
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(lineFeed, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end + 1)
      start += part.length
      this.#take(part)
    }
  }

  #take(part: Uint8Array): void {
    const whole = this.#endsEvent(part)
    if (this.#begun || !this.#filtering) {
      this.#options.forward(part)
      this.#options.see(part)
      this.#begun = !whole
      if (whole) for (const insert of this.#inserts.splice(0)) this.#options.forward(insert)
      return
    }
    this.#waiting.push(part)
    this.#waitingBytes += part.length
    const verdict = this.#options.see(part)
    if (verdict !== 'pass') this.#verdict = verdict
    if (whole) this.#settle()
    else if (this.#waitingBytes > maxEventBytes) this.#letGo()
  }

  #settle(): void {
    const verdict = this.#verdict
    const bytes = this.#takeWaiting()
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
    this.#verdict = 'pass'
    return whole
  }

  #endsEvent(chunk: Uint8Array): boolean {
    const last = Buffer.from(chunk.subarray(Math.max(0, chunk.length - endBytes))).toString('latin1')
    this.#tail = `${this.#tail}${last}`.slice(-endBytes)
    return /\n\n$/.test(this.#tail.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
  }
}
