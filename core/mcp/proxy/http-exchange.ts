/**
 * One request of a client and its answer on their way through the reverse proxy. Guarantees: of the request only `Host` is
 * changed, of the answer nothing; every piece is handed on as it comes unless a person holds the task that it belongs
 * to; who leaves on one side is gone on the other at once.
 *
 * What is held of a stream goes with the client that leaves it. A client that takes the stream up again names the last
 * event that it got, and the server tells once more what was held after that one. What the server does not tell again, for
 * another task's event has overtaken it or it has no id, waits for the next stream of the session.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Dispose } from '../../model/dispose.ts'
import { SseSplitter } from '../wire/sse.ts'
import type { BodyCopy } from './body-copy.ts'
import { BodyGate } from './body-gate.ts'
import { sessionOf } from './client-voice.ts'
import { EventGate } from './event-gate.ts'
import type { RecordedExchange } from './exchange-recorder.ts'
import type { Gate, HttpWatch } from './http-watch.ts'
import { ResumePoint } from './resume-point.ts'
import type { PairedConnections } from './upstream.ts'

export interface ExchangeOptions {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly target: URL
  /** The path on the server, with its query. */
  readonly path: string
  readonly watch: HttpWatch
  readonly connections: PairedConnections
}

export function passExchange(options: ExchangeOptions): void {
  new HttpExchange(options).start()
}

class HttpExchange {
  readonly #options: ExchangeOptions
  readonly #record: RecordedExchange
  /** What is to be undone when it is over. */
  readonly #disposes = new Set<Dispose>()
  #upstream: ClientRequest | undefined
  /** Frames of the answer that are held; it ends only after the last of them. */
  #heldOfAnswer = 0
  #answerEnded = false
  #finished = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    const { request, path, watch } = options
    this.#record = watch.begin(request.method ?? 'GET', path, request.headers)
  }

  start(): void {
    const { request, response } = this.#options
    const copy = this.#record.request
    const gate = this.#gate(
      new BodyGate({
        to: {
          open: () => this.#open(),
          write: (bytes) => {
            if (this.#upstream?.write(bytes) !== false) return
            request.pause()
            this.#upstream.once('drain', () => request.resume())
          },
          end: () => this.#upstream?.end(),
        },
        see: (chunk) => copy.push(chunk),
        judge: () => this.#keeperOf(copy.end()),
        filtering: this.#options.watch.filtering && request.method === 'POST',
      }),
    )
    request.on('data', (chunk: Buffer) => gate.push(chunk))
    request.once('end', () => gate.end())
    request.on('error', () => undefined)
    response.once('close', () => {
      for (const dispose of this.#disposes) dispose()
      this.#disposes.clear()
      if (this.#finished) return
      this.#finished = true
      this.#record.clientLeft()
      this.#upstream?.destroy()
    })
  }

  #open(): void {
    const { request, response, target, path, connections } = this.#options
    // Held back until its client has gone.
    if (this.#finished) return
    const headers = withHost(request.rawHeaders, target.host)
    const { upstream, over } = connections.open(request.socket, { method: request.method, path, headers })
    this.#upstream = upstream
    this.#disposes.add(over)
    upstream.once('response', (answer) => this.#answer(answer))
    upstream.on('error', (error) => {
      if (this.#finished || response.destroyed) return
      this.#finished = true
      this.#record.upstreamFailed(error.message)
      // A server that leaves just when the next request comes has not refused it: clients know to send that again.
      if (response.headersSent || upstream.reusedSocket) response.destroy()
      else {
        response.writeHead(502, { 'content-type': 'text/plain' })
        response.end(`the server cannot be reached: ${error.message}\n`)
      }
    })
  }

  #answer(answer: IncomingMessage): void {
    const { response } = this.#options
    const { push, end, abandon } = isEventStream(answer) ? this.#passStream(answer) : this.#passBody(answer)
    answer.on('data', push)
    answer.once('end', end)
    answer.once('close', () => {
      if (answer.complete || this.#finished || response.destroyed) return
      this.#finished = true
      abandon()
      this.#record.upstreamFailed('the server broke off its answer')
      response.destroy()
    })
    answer.on('error', () => undefined)
  }

  #passBody(answer: IncomingMessage): AnswerWay {
    const copy = this.#record.body(answer.statusCode ?? 0, answer.headers)
    const gate = this.#gate(
      new BodyGate({
        to: {
          open: () => this.#writeHead(answer),
          write: (bytes) => this.#write(answer, bytes),
          end: () => this.#endAnswer(),
        },
        see: (chunk) => copy.push(chunk),
        judge: () => this.#keeperOf(copy.end()),
        filtering: this.#options.watch.filtering,
      }),
    )
    return { push: (chunk) => gate.push(chunk), end: () => gate.end(), abandon: () => gate.abandon() }
  }

  #passStream(answer: IncomingMessage): AnswerWay {
    const { watch, request } = this.#options
    this.#writeHead(answer)
    const copy = this.#record.stream(answer.statusCode ?? 0, answer.headers)
    const packed = answer.headers['content-encoding'] !== undefined
    if (packed) return this.#passPacked(answer, copy)
    const session = sessionOf(request.headers) ?? sessionOf(answer.headers)
    const resume = new ResumePoint()
    const gate = this.#gate(
      new EventGate({
        forward: (bytes) => this.#write(answer, bytes),
        see: (bytes) => {
          const task = copy.push(bytes)
          const keep = this.#keeperOf(task)
          const { lastEventId } = this.#record
          if (keep === undefined) {
            resume.passed(lastEventId)
            return 'pass'
          }
          const toldAgain = resume.held(lastEventId)
          return (event) => this.#holdEvent(keep, { event, task, gate, session, toldAgain })
        },
        filtering: watch.filtering,
      }),
    )
    const closed = watch.streamOpened(session, request.method === 'GET', ({ json, task }) => {
      const event = Buffer.from(`event: message\ndata: ${json.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`)
      const owner = task ?? this.#record.carried(JSON.parse(json))
      const keep = this.#keeperOf(owner)
      if (keep === undefined) gate.insert(event)
      else this.#holdEvent(keep, { event, task: owner, gate, session, toldAgain: () => false })
    })
    this.#disposes.add(closed)
    return {
      push: (chunk) => gate.push(chunk),
      end: () => {
        closed()
        gate.end()
        this.#answerEnded = true
        this.#endWhenPassed()
        copy.end()
      },
      abandon: () => gate.end(),
    }
  }

  #passPacked(answer: IncomingMessage, copy: BodyCopy): AnswerWay {
    this.#disposes.add(this.#options.watch.packedStreamOpened())
    return {
      push: (chunk) => {
        this.#write(answer, chunk)
        copy.push(chunk)
      },
      end: () => {
        this.#endAnswer()
        copy.end()
      },
      abandon: () => undefined,
    }
  }

  #holdEvent(keep: Keeper, { event, task, gate, session, toldAgain }: HeldEvent): void {
    this.#heldOfAnswer += 1
    const leaveBehind = () => {
      if (toldAgain()) return
      for (const each of new SseSplitter().push(event)) {
        if (each.kind !== 'event') continue
        this.#options.watch.leftBehind(session, { json: each.data, ...(task === undefined ? {} : { task }) })
      }
    }
    let passed = false
    keep(event, (bytes) => {
      passed = true
      this.#disposes.delete(leaveBehind)
      this.#heldOfAnswer -= 1
      gate.insert(bytes)
      this.#endWhenPassed()
    })
    if (!passed) this.#disposes.add(leaveBehind)
  }

  #endWhenPassed(): void {
    if (this.#answerEnded && this.#heldOfAnswer === 0) this.#endAnswer()
  }

  #keeperOf(task: string | undefined): Keeper | undefined {
    const keep = this.#options.watch.keeperOf(task)
    if (keep === undefined) return undefined
    return (bytes, forward) => {
      let takeBack: Dispose | undefined
      let passed = false
      // Where there is no room for it, it passes at once.
      takeBack = keep(bytes, (held) => {
        passed = true
        // A stream can stay open for days: nothing of what has passed is kept with it.
        if (takeBack !== undefined) this.#disposes.delete(takeBack)
        forward(held)
      })
      if (!passed) this.#disposes.add(takeBack)
    }
  }

  #writeHead(answer: IncomingMessage): void {
    const { response } = this.#options
    if (response.destroyed) return
    // What the server has not said is not said for it: neither when, nor how the body ends, nor for how long.
    for (const name of ['date', 'connection', 'transfer-encoding']) response.removeHeader(name)
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
    response.flushHeaders()
  }

  #write(answer: IncomingMessage, bytes: Uint8Array): void {
    const { response } = this.#options
    if (response.destroyed || response.write(bytes) || answer.isPaused()) return
    answer.pause()
    response.once('drain', () => answer.resume())
  }

  #endAnswer(): void {
    this.#finished = true
    this.#options.response.end()
  }

  #gate<T extends Gate>(gate: T): T {
    this.#disposes.add(this.#options.watch.addGate(gate))
    return gate
  }
}

type Keeper = (bytes: Uint8Array, forward: (bytes: Uint8Array) => void) => void

/** An event of a stream that is kept back. */
interface HeldEvent {
  readonly event: Uint8Array
  readonly task: string | undefined
  readonly gate: EventGate
  readonly session: string | undefined
  /** Whether the server tells it again to a client that leaves now. */
  readonly toldAgain: () => boolean
}

/** How the pieces of an answer go on. */
interface AnswerWay {
  readonly push: (chunk: Buffer) => void
  readonly end: () => void
  readonly abandon: () => void
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return (headers['content-type'] ?? '').includes('text/event-stream')
}

/** Raw headers in their order and their spelling, with the server's own host. */
function withHost(raw: readonly string[], host: string): string[] {
  return raw.map((text, index) => (index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'host' ? host : text))
}
