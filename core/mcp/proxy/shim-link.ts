/**
 * A proxy's end of the line to the application. While there is no application, lines go to the spool only; as soon as
 * there is one it gets what it has not seen, then everything as it happens. When it goes, whoever holds something is told
 * at once, so that held frames go on.
 */
import type { Timers } from '../../model/clock.ts'
import { AppLink } from './app-link.ts'
import type { ProxyPlace } from './proxy-place.ts'
import type { FromShim, ShimHello, ShimOrder, ToShim } from './shim-messages.ts'
import type { Spool } from './spool.ts'

export interface ShimLinkOptions {
  readonly place: ProxyPlace
  readonly hello: () => ShimHello
  readonly spool: Spool
  readonly timers: Timers
  readonly order: (order: ShimOrder) => void
  /** The application has gone; nobody holds anything any more. */
  readonly lost: () => void
}

/** So much may wait while the application catches up; more is left to the spool. */
const maxQueueBytes = 32 * 1024 * 1024
/** How long the end waits for the application to have seen the last line. */
const partingMs = 500

export class ShimLink {
  readonly #options: ShimLinkOptions
  readonly #link: AppLink
  /** Counts the applications that were met, so that catching up with one ends with it. */
  #meetings = 0
  /** Live lines that wait until what was spooled has been sent; `undefined` while none need to. */
  #queue: string[] | undefined
  #queueBytes = 0
  #newest = 0
  #seen = 0
  #parting: (() => void) | undefined

  constructor(options: ShimLinkOptions) {
    this.#options = options
    const { place, hello, timers } = options
    this.#link = new AppLink({
      place,
      hello,
      timers,
      welcomed: (after) => void this.#catchUp(after),
      received: (message) => this.#read(message),
      lost: () => {
        this.#queue = undefined
        this.#queueBytes = 0
        this.#parting?.()
        options.lost()
      },
    })
  }

  /** Whether an application takes lines now. */
  get listening(): boolean {
    return this.#link.open
  }

  /** The line of this number has been given to the spool. */
  kept(seq: number): void {
    this.#newest = seq
  }

  /** Takes the next line as the application is to see it, with its line feed. */
  line(line: string): void {
    if (!this.listening) return
    if (this.#queue === undefined) {
      this.#link.write(lineMessage(line.trimEnd()))
      return
    }
    this.#queue.push(line)
    this.#queueBytes += line.length
    if (this.#queueBytes > maxQueueBytes) this.#link.drop()
  }

  tell(message: FromShim): void {
    this.#link.tell(message)
  }

  /** Ends the line. @returns whether an application has seen everything */
  async close(): Promise<boolean> {
    if (this.listening) {
      await new Promise<void>((resolve) => {
        const dispose = this.#options.timers.after(partingMs, resolve)
        this.#parting = () => {
          dispose()
          resolve()
        }
        this.#checkParting()
      })
      this.tell({ type: 'bye' })
    }
    await this.#link.close()
    return this.#seen >= this.#newest
  }

  #read(message: ToShim): void {
    if (message.type === 'order') this.#options.order(message.order)
    if (message.type !== 'seen') return
    this.#seen = Math.max(this.#seen, message.seq)
    this.#checkParting()
  }

  async #catchUp(after: number): Promise<void> {
    this.#meetings += 1
    const meeting = this.#meetings
    const gone = () => meeting !== this.#meetings || !this.listening
    this.#seen = after
    this.#queue = []
    let last = after
    for await (const line of this.#options.spool.after(after)) {
      if (gone()) return
      const seq = seqOf(line)
      if (seq <= last) continue
      last = seq
      this.#link.write(lineMessage(line))
    }
    if (gone()) return
    const queue = this.#queue ?? []
    this.#queue = undefined
    this.#queueBytes = 0
    for (const line of queue) if (seqOf(line) > last) this.#link.write(lineMessage(line.trimEnd()))
  }

  #checkParting(): void {
    if (this.#seen >= this.#newest) this.#parting?.()
  }
}

function lineMessage(line: string): string {
  return `{"type":"line","line":${line}}\n`
}

/** The number of a line that we wrote ourselves; it comes first. */
function seqOf(line: string): number {
  return Number(/^\{"seq":(\d+)/.exec(line)?.[1] ?? 0)
}
