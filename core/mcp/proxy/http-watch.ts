/**
 * What an HTTP proxy knows of the conversations that pass it: which message belongs to which task, what of it is held,
 * which answers are ours. Without a person's wish everything passes.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispose } from '../../model/dispose.ts'
import { FrameOwners } from '../analyze/frame-owners.ts'
import { BoundedMap } from '../wire/bounded.ts'
import { stringAt } from '../wire/json-record.ts'
import { type RpcMessage, readRpcText, readRpcValue, writeRpcLine } from '../wire/rpc-message.ts'
import { ClientStreams, type PutMessage, type ServerMessage } from './client-streams.ts'
import { type ClientVoice, ClientVoices, headersAs, sessionOf } from './client-voice.ts'
import type { ExchangeRecorder, RecordedExchange } from './exchange-recorder.ts'
import { type HoldingOptions, HoldingWatch } from './holding-watch.ts'
import { startInjectedExchange } from './injected-exchange.ts'
import { clientMeta, Injections } from './injections.ts'
import { endOf, type InjectionEnd, type WireControls } from './wire-controls.ts'

export interface HttpWatchOptions extends HoldingOptions {
  readonly target: URL
  readonly recorder: ExchangeRecorder
  /** Told once when the watching had to be given up; everything passes all the same. */
  readonly failed: (error: unknown) => void
}

/** Can be told to let everything pass, or to look at it first. */
export interface Gate {
  set filtering(filtering: boolean)
}

/** Sessions whose messages are told apart; the oldest of more are forgotten. */
const maxSessions = 1000

export class HttpWatch extends HoldingWatch implements WireControls {
  readonly #options: HttpWatchOptions
  readonly #injections = new Injections<(end: InjectionEnd) => void>()
  readonly #voices = new ClientVoices()
  readonly #streams = new ClientStreams()
  readonly #sessions = new BoundedMap<string, FrameOwners>(maxSessions)
  readonly #gates = new Set<Gate>()
  readonly #ours = new Set<Dispose>()
  #packedStreams = 0
  #givenUp = false

  constructor(options: HttpWatchOptions) {
    super(options)
    this.#options = options
  }

  /** Whether messages are to wait for their verdict. */
  get filtering(): boolean {
    return this.held.holding
  }

  /** A client has begun a request. */
  begin(method: string, path: string, headers: IncomingHttpHeaders): RecordedExchange {
    // Where there is no session, ids are only unique within a request and its answer.
    const owners = this.#ownersOf(sessionOf(headers)) ?? new FrameOwners()
    let voice: ClientVoice = { path, headers, meta: undefined }
    const taskOf = (dir: 'c2s' | 's2c', message: RpcMessage): string | undefined => {
      const task = owners.see(dir, message)
      if (dir === 'c2s') {
        this.#injections.seeClient(message)
        if (message.kind === 'request') voice = { path, headers, meta: clientMeta(message) }
        this.#voices.heard(voice, task)
      } else if (task !== undefined) this.#voices.created(voice, task)
      return task
    }
    return this.#options.recorder.begin(method, headers, (dir, value) => {
      if (this.#givenUp) return undefined
      try {
        const reading = readRpcValue(value)
        const tasks = reading.ok ? reading.messages.map((message) => taskOf(dir, message)) : []
        // Of a batch nothing can be held without holding what belongs to others.
        return tasks.length === 1 ? tasks[0] : undefined
      } catch (error) {
        this.#giveUp(error)
        return undefined
      }
    })
  }

  /** The gate is told whenever a person begins or ends to hold something. */
  addGate(gate: Gate): Dispose {
    this.#gates.add(gate)
    return () => {
      this.#gates.delete(gate)
    }
  }

  /** @returns how a frame of this task is kept back, and taken back again; `undefined` when it may pass */
  keeperOf(
    task: string | undefined,
  ): ((bytes: Uint8Array, forward: (bytes: Uint8Array) => void) => Dispose) | undefined {
    if (task === undefined || !this.held.holds(task)) return undefined
    return (bytes, forward) => {
      const takeBack = this.held.keep(task, bytes, forward)
      this.setFilters()
      return takeBack
    }
  }

  /** A client has a stream of events open, into which messages can be put. */
  streamOpened(session: string | undefined, standing: boolean, put: PutMessage): Dispose {
    return session === undefined ? () => undefined : this.#streams.opened(session, standing, put)
  }

  /** A message that its client has left behind is for the next stream of the session. */
  leftBehind(session: string | undefined, message: ServerMessage): void {
    if (session !== undefined) this.#streams.deliver(session, message)
  }

  /** A stream of events is open that nobody can cut into events, because it is compressed. */
  packedStreamOpened(): Dispose {
    this.#packedStreams += 1
    return () => {
      this.#packedStreams -= 1
    }
  }

  override hold(task: string): string | undefined {
    if (this.#givenUp) return 'the watching was given up'
    if (this.#packedStreams > 0) return 'the server compresses its streams: nobody can hold one event of them'
    return super.hold(task)
  }

  inject(method: string, params: Readonly<Record<string, unknown>>, ended: (end: InjectionEnd) => void): string {
    const { recorder, target } = this.#options
    let open = true
    const end = (how: InjectionEnd) => {
      if (open) ended(how)
      open = false
    }
    const { id } = this.#injections.make(method, params, end)
    const voice = this.#voices.of(stringAt(params, 'taskId'))
    if (voice === undefined) {
      queueMicrotask(() => end({ ok: false, error: 'no client has spoken yet' }))
      return id
    }
    const message = { id, method, params: voice.meta === undefined ? params : { ...params, _meta: voice.meta } }
    const n = recorder.nextExchange()
    recorder.frame('dbg2s', { jsonrpc: '2.0', ...message }, { method: 'POST', n })
    const exchange = startInjectedExchange({
      target,
      path: voice.path,
      headers: headersAs(voice, message),
      body: writeRpcLine(message).trimEnd(),
      message: (json, status) => this.#cameBack(json, { n, status }, voice),
      over: (problem) => {
        this.#ours.delete(stop)
        end({ ok: false, error: problem ?? 'the server ended its answer without a result' })
      },
    })
    const stop = () => void exchange.destroy()
    this.#ours.add(stop)
    return id
  }

  /** Ends what is ours; nothing of what was held stays on disk. */
  close(): void {
    for (const stop of [...this.#ours]) stop()
    this.held.close()
  }

  /** On a request of ours: its answer is ours, everything else is for the client whose session it is. */
  #cameBack(json: string, http: { readonly n: number; readonly status: number }, { headers }: ClientVoice): void {
    const reading = readRpcText(json)
    const [message, ...more] = reading.ok ? reading.messages : []
    if (message === undefined) return
    const ended = more.length === 0 ? this.#injections.takeAnswer(message) : undefined
    const session = sessionOf(headers)
    if (ended !== undefined || session === undefined) this.#options.recorder.frame('s2dbg', JSON.parse(json), http)
    else this.#streams.deliver(session, { json })
    ended?.(endOf(message))
  }

  #ownersOf(session: string | undefined): FrameOwners | undefined {
    if (session === undefined) return undefined
    const known = this.#sessions.get(session)
    if (known !== undefined) return known
    const owners = new FrameOwners()
    this.#sessions.set(session, owners)
    return owners
  }

  #giveUp(error: unknown): void {
    this.#givenUp = true
    this.releaseAll('the watching was given up')
    this.#options.failed(error)
  }

  protected override setFilters(): void {
    const { filtering } = this
    for (const gate of this.#gates) gate.filtering = filtering
  }
}
