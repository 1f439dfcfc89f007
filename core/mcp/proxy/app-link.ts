/**
 * A process's line to the application, while there is one. Fail-open: whoever has it works without it all the same. It
 * looks for the application again and again, and says at once when it has gone.
 */
import { connect, type Socket } from 'node:net'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { createLineDecoder, decodeLine, encodeLine, FramingError } from '../../system/line-framing.ts'
import { checkSocket, type ProxyPlace } from './proxy-place.ts'
import { type FromShim, type Hello, readToShim, shimVersion, type ToShim } from './shim-messages.ts'

export interface AppLinkOptions {
  readonly place: ProxyPlace
  readonly hello: () => Hello
  readonly timers: Timers
  /** An application is there; it knows everything up to the line or event of this number. */
  readonly welcomed: (after: number) => void
  readonly received: (message: ToShim) => void
  /** The application that had welcomed us has gone, or wants nothing to do with us any more. */
  readonly lost: () => void
}

const retryMs = 500
/** The application is this far behind: it is let go, and gets the rest when it is met again. */
const maxWaitingBytes = 32 * 1024 * 1024

export class AppLink {
  readonly #options: AppLinkOptions
  #socket: Socket | undefined
  #retry: Dispose = () => undefined
  #welcomed = false
  #closed = false

  constructor(options: AppLinkOptions) {
    this.#options = options
    void this.#try()
  }

  /** Whether an application is there. */
  get open(): boolean {
    return this.#welcomed
  }

  tell(message: FromShim): void {
    if (this.#welcomed) this.write(encodeLine(message))
  }

  /** Hands on a line that has been written out already, with its line feed. */
  write(line: string): void {
    const socket = this.#socket
    if (socket === undefined || socket.destroyed) return
    socket.write(line)
    if (socket.writableLength > maxWaitingBytes) socket.destroy()
  }

  /** Lets the present application go; it is met again later. */
  drop(): void {
    this.#socket?.destroy()
  }

  /** Ends the line after what has been written. */
  async close(): Promise<void> {
    this.#closed = true
    this.#retry()
    const socket = this.#socket
    if (socket === undefined) return
    const parting = this.#welcomed && !socket.destroyed
    this.#welcomed = false
    if (parting) await new Promise<void>((resolve) => socket.end(() => resolve()))
    socket.destroy()
  }

  async #try(): Promise<void> {
    try {
      await checkSocket(this.#options.place)
    } catch {
      // There is none yet, or none that is ours.
      this.#later()
      return
    }
    if (this.#closed) return
    const socket = connect(this.#options.place.address)
    this.#socket = socket
    const decoder = createLineDecoder()
    socket.once('connect', () =>
      this.write(encodeLine({ type: 'hello', version: shimVersion, hello: this.#options.hello() })),
    )
    socket.on('data', (chunk) => {
      try {
        for (const line of decoder.push(chunk)) this.#read(decodeLine(line))
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        socket.destroy()
      }
    })
    // What is wrong is told by `close`, which always follows.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#gone())
  }

  #gone(): void {
    const welcomed = this.#welcomed
    this.#welcomed = false
    if (welcomed) this.#options.lost()
    this.#later()
  }

  #later(): void {
    if (this.#closed) return
    this.#retry = this.#options.timers.after(retryMs, () => void this.#try())
  }

  #read(value: unknown): void {
    const message = readToShim(value)
    if (message === undefined) return
    switch (message.type) {
      case 'welcome':
        if (message.version !== shimVersion) this.#leave()
        else if (!this.#welcomed) {
          this.#welcomed = true
          this.#options.welcomed(message.after)
        }
        return
      case 'dismissed':
        this.#leave()
        return
      default:
        this.#options.received(message)
    }
  }

  /** Not to come back. */
  #leave(): void {
    this.#closed = true
    this.#socket?.destroy()
  }
}
