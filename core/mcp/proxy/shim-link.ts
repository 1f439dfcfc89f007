/**
 * A shim's end of the line to the application. Fail-open: while there is no application, lines go to the spool only;
 * as soon as there is one it gets what it has not seen, then everything as it happens. When it goes, whoever holds
 * something is told at once, so that held frames go on.
 */
import { connect, type Socket } from 'node:net'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { createLineDecoder, decodeLine, encodeLine, FramingError } from '../../system/line-framing.ts'
import { checkSocket, type ProxyPlace } from './proxy-place.ts'
import { type FromShim, readToShim, type ShimHello, type ShimOrder, shimVersion } from './shim-messages.ts'
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

const retryMs = 500
/** The application is this far behind: it is let go, and gets the rest from the spool later. */
const maxWaitingBytes = 32 * 1024 * 1024
/** How long the end waits for the application to have seen the last line. */
const partingMs = 500

type Stage = 'away' | 'greeting' | 'catching-up' | 'live' | 'closed'

export class ShimLink {
  readonly #options: ShimLinkOptions
  #stage: Stage = 'away'
  #socket: Socket | undefined
  #retry: Dispose = () => undefined
  /** Live lines that wait until what was spooled has been sent. */
  #queue: string[] = []
  #queueBytes = 0
  #newest = 0
  #seen = 0
  #parting: (() => void) | undefined

  constructor(options: ShimLinkOptions) {
    this.#options = options
    void this.#try()
  }

  /** Whether an application takes lines now. */
  get listening(): boolean {
    return this.#stage === 'live' || this.#stage === 'catching-up'
  }

  /** The line of this number has been given to the spool. */
  kept(seq: number): void {
    this.#newest = seq
  }

  /** Takes the next line as the application is to see it, with its line feed. */
  line(line: string): void {
    if (this.#stage === 'live') this.#write(`{"type":"line","line":${line.trimEnd()}}\n`)
    else if (this.#stage === 'catching-up') {
      this.#queue.push(line)
      this.#queueBytes += line.length
      if (this.#queueBytes > maxWaitingBytes) this.#socket?.destroy()
    }
  }

  tell(message: FromShim): void {
    if (this.listening) this.#write(encodeLine(message))
  }

  /** Ends the line. @returns whether an application has seen everything */
  async close(): Promise<boolean> {
    this.#retry()
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
    const socket = this.#socket
    this.#stage = 'closed'
    if (socket !== undefined && !socket.destroyed) await new Promise<void>((resolve) => socket.end(() => resolve()))
    socket?.destroy()
    return this.#seen >= this.#newest
  }

  async #try(): Promise<void> {
    try {
      await checkSocket(this.#options.place)
    } catch {
      // There is none yet, or none that is ours.
      this.#later()
      return
    }
    if (this.#stage === 'closed') return
    const socket = connect(this.#options.place.address)
    this.#socket = socket
    const decoder = createLineDecoder()
    socket.once('connect', () => {
      this.#stage = 'greeting'
      this.#write(encodeLine({ type: 'hello', version: shimVersion, hello: this.#options.hello() }))
    })
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
    const known = this.listening
    this.#queue = []
    this.#queueBytes = 0
    this.#parting?.()
    if (this.#stage === 'closed') return
    this.#stage = 'away'
    if (known) this.#options.lost()
    this.#later()
  }

  #later(): void {
    if (this.#stage === 'closed') return
    this.#retry = this.#options.timers.after(retryMs, () => void this.#try())
  }

  #read(value: unknown): void {
    const message = readToShim(value)
    switch (message?.type) {
      case 'welcome':
        if (message.version !== shimVersion) this.#leave()
        else void this.#catchUp(message.after)
        return
      case 'seen':
        this.#seen = Math.max(this.#seen, message.seq)
        this.#checkParting()
        return
      case 'order':
        this.#options.order(message.order)
        return
      case 'dismissed':
        this.#leave()
        return
      default:
        return
    }
  }

  /** Not to come back. */
  #leave(): void {
    const { lost } = this.#options
    this.#stage = 'closed'
    this.#socket?.destroy()
    lost()
  }

  async #catchUp(after: number): Promise<void> {
    if (this.#stage !== 'greeting') return
    this.#stage = 'catching-up'
    this.#seen = after
    let last = after
    for await (const line of this.#options.spool.after(after)) {
      if (this.#stage !== 'catching-up') return
      const seq = seqOf(line)
      if (seq <= last) continue
      last = seq
      this.#write(`{"type":"line","line":${line}}\n`)
    }
    if (this.#stage !== 'catching-up') return
    const queue = this.#queue
    this.#queue = []
    this.#queueBytes = 0
    this.#stage = 'live'
    for (const line of queue) if (seqOf(line) > last) this.#write(`{"type":"line","line":${line.trimEnd()}}\n`)
  }

  #write(text: string): void {
    const socket = this.#socket
    if (socket === undefined || socket.destroyed) return
    socket.write(text)
    if (socket.writableLength > maxWaitingBytes) socket.destroy()
  }

  #checkParting(): void {
    if (this.#seen >= this.#newest) this.#parting?.()
  }
}

/** The number of a line that we wrote ourselves; it comes first. */
function seqOf(line: string): number {
  return Number(/^\{"seq":(\d+)/.exec(line)?.[1] ?? 0)
}
