/**
 * One direction of a wire on its way through a proxy, whatever its frames are: lines, or events. Guarantees: while nothing
 * is to be looked at first, each chunk goes on as it came, before anybody sees it; while something is, whole frames wait for
 * their verdict, and whatever passes is byte for byte what came. A frame that has begun to pass passes to its end.
 */
import { defaultMaxLineBytes } from '../wire/line-splitter.ts'

/** What becomes of a frame: it passes, it is dropped, or whoever judged takes its bytes and forwards them later. */
export type Verdict = 'pass' | 'drop' | ((bytes: Uint8Array) => void)

/** What somebody saw in the bytes that came. */
export interface Look {
  /** Counts only when the bytes end one frame, and that frame has waited for it. */
  readonly verdict: Verdict
  /** Whether a frame ends with the last of these bytes. */
  readonly whole: boolean
}

export interface FrameGateOptions {
  readonly forward: (bytes: Uint8Array) => void
  /** Sees every byte once, in order. While the gate is `filtering`, bytes after a line feed come in a call of their own. */
  readonly look: (bytes: Uint8Array) => Look
  /** The sender has ended, and what was left of its last frame has passed. */
  readonly ended?: () => void
}

const lineFeed = 0x0a
/** A frame that is longer passes unjudged: nobody could keep it. */
const maxFrameBytes = defaultMaxLineBytes

export class FrameGate {
  readonly #options: FrameGateOptions
  #filtering: boolean
  /** The frame that is under way has been forwarded in part. */
  #begun = false
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #verdict: Verdict = 'pass'
  #inserts: Uint8Array[] = []

  constructor(options: FrameGateOptions, filtering = false) {
    this.#options = options
    this.#filtering = filtering
  }

  /** Whether frames are to wait for their verdict. Letting go forwards what has come of the present one. */
  set filtering(filtering: boolean) {
    this.#filtering = filtering
    if (!filtering) this.#letGo()
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.#filtering || this.#inserts.length > 0) {
      for (const part of partsOf(chunk)) this.#take(part)
    } else this.#pass(chunk)
  }

  /** The sender has ended; a frame without its end passes as it is. */
  end(): void {
    this.#letGo()
    this.#options.ended?.()
    this.#passInserts()
  }

  /** Puts whole frames between two of the sender, now or as soon as the present one has passed. */
  insert(frames: Uint8Array): void {
    if (this.#begun) this.#inserts.push(frames)
    else this.#options.forward(frames)
  }

  #pass(bytes: Uint8Array): void {
    this.#options.forward(bytes)
    // Whoever looks may insert: not before it is known that no frame is cut in two by that.
    this.#begun = true
    this.#begun = !this.#options.look(bytes).whole
    if (!this.#begun) this.#passInserts()
  }

  #passInserts(): void {
    for (const insert of this.#inserts.splice(0)) this.#options.forward(insert)
  }

  #take(part: Uint8Array): void {
    if (this.#begun || !this.#filtering) {
      this.#pass(part)
      return
    }
    // Whoever looks may end the filtering: not with this frame, whose verdict is under way.
    const frame = this.#waiting.splice(0)
    frame.push(part)
    const { verdict, whole } = this.#options.look(part)
    if (verdict !== 'pass') this.#verdict = verdict
    if (whole) {
      this.#settle(frame)
      return
    }
    this.#waiting = frame
    this.#waitingBytes += part.length
    if (!this.#filtering || this.#waitingBytes > maxFrameBytes) this.#letGo()
  }

  #settle(frame: readonly Uint8Array[]): void {
    const verdict = this.#verdict
    this.#waitingBytes = 0
    this.#verdict = 'pass'
    const bytes = joined(frame)
    if (verdict === 'pass') this.#options.forward(bytes)
    else if (verdict !== 'drop') verdict(bytes)
  }

  #letGo(): void {
    if (this.#waiting.length === 0) return
    this.#waitingBytes = 0
    this.#verdict = 'pass'
    this.#options.forward(joined(this.#waiting.splice(0)))
    this.#begun = true
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return (parts.length === 1 ? parts[0] : undefined) ?? Buffer.concat(parts)
}

/** A chunk cut after each line feed: a frame of either kind ends with one, if it ends here at all. */
function* partsOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < chunk.length; ) {
    const end = chunk.indexOf(lineFeed, start)
    const next = end < 0 ? chunk.length : end + 1
    yield chunk.subarray(start, next)
    start = next
  }
}
