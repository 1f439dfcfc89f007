/**
 * One body on its way through an HTTP proxy, judged as a whole. Guarantees: while nothing is to be looked at first, each
 * piece goes on as it came, before anybody sees it; else the whole body waits for its verdict, byte for byte. What has
 * begun to pass passes to its end.
 */

/** Where a body goes on; `open` comes first, once. */
export interface BodyOutlet {
  open(): void
  write(bytes: Uint8Array): void
  end(): void
}

export interface BodyGateOptions {
  readonly to: BodyOutlet
  /** Sees every piece once, in order. */
  readonly see: (bytes: Uint8Array) => void
  /** The body is complete. @returns what takes it and lets it pass later; `undefined` when it may pass */
  readonly judge: () => ((body: Uint8Array, forward: (body: Uint8Array) => void) => void) | undefined
  /** Whether the body is to wait for its verdict. */
  readonly filtering: boolean
}

/** A body that is longer passes unjudged. */
const maxWaitingBytes = 64 * 1024 * 1024

export class BodyGate {
  readonly #options: BodyGateOptions
  #waiting: Uint8Array[] | undefined
  #waitingBytes = 0

  constructor(options: BodyGateOptions) {
    this.#options = options
    if (options.filtering) this.#waiting = []
    else options.to.open()
  }

  /** Letting go forwards what has come of it; a body that passes already is not stopped. */
  set filtering(filtering: boolean) {
    if (!filtering) this.#letGo()
  }

  push(chunk: Uint8Array): void {
    this.#waiting?.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waiting === undefined) this.#options.to.write(chunk)
    else if (this.#waitingBytes > maxWaitingBytes) this.#letGo()
    this.#options.see(chunk)
  }

  end(): void {
    const { to, judge } = this.#options
    if (this.#waiting === undefined) {
      to.end()
      judge()
      return
    }
    const hold = judge()
    const body = Buffer.concat(this.#waiting)
    this.#waiting = undefined
    if (hold === undefined) this.#pass(body)
    else hold(body, (bytes) => this.#pass(bytes))
  }

  /** The sender broke off: what has come goes on, without an end. */
  abandon(): void {
    this.#letGo()
  }

  #pass(body: Uint8Array): void {
    const { to } = this.#options
    to.open()
    if (body.length > 0) to.write(body)
    to.end()
  }

  #letGo(): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    this.#waiting = undefined
    this.#options.to.open()
    for (const chunk of waiting) this.#options.to.write(chunk)
  }
}
