/**
 * One server from its start to its end: wire, handshake, tools, calls. Emits what happens to the connection
 * node while it lives; whoever opened it decides about its next life.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import { nodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import { isAddress, type ServerTarget } from '../../model/server-target.ts'
import type { Emit } from '../../model/stamp.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import type { FrameLog } from '../analyze/frame-log.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { Era } from '../eras/era.ts'
import { legacyEra } from '../eras/legacy.ts'
import { type JsonRecord, stringAt } from '../wire/json-record.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import { methodNotFound, type RpcId, type RpcMessage } from '../wire/rpc-message.ts'
import type { CallBook } from './call-book.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { ConnectionNode } from './connection-node.ts'
import { shakeHands } from './handshake.ts'
import type { KeptTasks } from './kept-tasks.ts'
import type { Authorizer } from './oauth/authorizer.ts'
import { openWire } from './open-wire.ts'
import { type Opened, Opening } from './opening.ts'
import { isQuestion } from './peer-questions.ts'
import { Reattachment } from './reattachment.ts'
import { RoundTrips } from './round-trips.ts'
import { RpcPeer } from './rpc-peer.ts'
import { commandText, type Environment, shownUrl } from './server-launch.ts'
import { ServerLog } from './server-log.ts'
import { ServerOutput } from './server-output.ts'
import { exitText, type ServerExit } from './server-process.ts'
import type { ServerWire } from './server-wire.ts'
import { TaskDesk } from './task-desk.ts'
import { ToolList } from './tool-list.ts'
import { hostedCapabilities, taskCapabilities } from './verb-reasons.ts'
import { WireReading } from './wire-reading.ts'

export interface SessionOptions {
  readonly target: ServerTarget
  readonly environment: Environment
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly clientInfo: { readonly name: string; readonly version: string }
  readonly book: CallBook
  /** The tasks that the server had when it was connected before. */
  readonly kept: KeptTasks
  /** Gets the right to speak to a server over HTTP. */
  readonly authorizer?: Authorizer | undefined
  /** Where the frames are kept. */
  readonly log: FrameLog
}

export class Session {
  readonly events: TaskEvents
  readonly desk: TaskDesk
  readonly tools: ToolList
  readonly #options: SessionOptions
  readonly #reading: WireReading
  readonly #node: ConnectionNode
  readonly #peer: RpcPeer
  readonly #wire: ServerWire
  readonly #roundTrips: RoundTrips
  readonly #reattachment: Reattachment
  readonly #output: ServerOutput
  readonly #opening: Opening
  #heard = false
  #era: Era = legacyEra
  #canCancel = false
  #gone = false
  #ending: string | undefined
  #killed: TaskEntry | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    const { emit, clock, timers, limits, book } = options
    const { target } = options
    this.#node = new ConnectionNode(emit)
    this.#output = new ServerOutput(emit, clock)
    this.#opening = new Opening(timers)
    this.#peer = new RpcPeer({
      clock,
      transport: isAddress(target) ? 'http' : 'stdio',
      head: (message) => this.#wire.head(message),
      send: (message, head) => this.#wire.send(message, head),
      abandon: (id) => this.#wire.abandon(id),
      see: (frame, text) => this.#reading.see(frame, text),
      nextId: () => book.nextId(),
      nextSeq: () => book.nextSeq(),
    })
    this.desk = new TaskDesk({
      emit,
      clock,
      timers,
      limits,
      peer: this.#peer,
      book,
      abilities: target.abilities ?? {},
      events: () => this.events,
      era: () => this.#era,
      latest: (id) => this.#roundTrips.latest(id),
    })
    this.events = new TaskEvents({
      emit,
      parent: connectionNode,
      nodeIdOf: (host, taskId) => book.nodeOf(host, taskId),
      callIdOf: (request) => {
        const { id } = request.message
        const node = nodeId(`call:${id}`)
        const plan = book.planOf(id)
        if (plan !== undefined) book.started(node, plan)
        return node
      },
      capabilities: (node, host) =>
        host === 'client' ? hostedCapabilities : taskCapabilities(node, this.#canCancel, !isAddress(target)),
      originOf: (request) => book.originOf(request),
      cancelOf: (id) => this.desk.cancelOf(id),
      answeredBy: (question) => this.desk.answeredBy(question),
      settled: (id, text) => this.desk.settled(id, text),
    })
    this.tools = new ToolList(this.#peer)
    this.#reattachment = new Reattachment({
      kept: options.kept,
      peer: () => this.#peer,
      observers: [this.events, this.desk],
      say: (text) => this.#node.warn(text),
    })
    this.#roundTrips = new RoundTrips({
      book,
      timers,
      showAfterMs: limits.showCallMs,
      observers: [this.#reattachment],
      asked: (root, result) => {
        const call = this.events.byNode(nodeId(`call:${root.message.id}`))
        if (call !== undefined) this.desk.askedFirst(call, result)
      },
    })
    this.#reading = new WireReading({
      emit,
      clock,
      timers,
      log: options.log,
      observers: [this.#roundTrips, new ServerLog(emit)],
      nextSeq: () => book.nextSeq(),
      nodeOf: (taskId) => (this.events.task('server', taskId) ?? this.events.task('client', taskId))?.id,
      judging: () => this.events.open()[Symbol.iterator]().next().done !== true,
    })
    this.#wire = this.#openWire()
    this.#node.say(
      'opening',
      isAddress(target) ? `speaks to ${shownUrl(target.url)}` : `started ${commandText(target)}`,
      {
        transport: this.#wire.transport,
        ...(isAddress(target) ? { url: shownUrl(target.url) } : { command: commandText(target) }),
        ...(this.#wire.pid === undefined ? {} : { pid: this.#wire.pid }),
      },
    )
    void this.#handshake()
  }

  #openWire(): ServerWire {
    const { target, environment, timers, limits, book, authorizer } = this.#options
    return openWire({
      target,
      environment,
      timers,
      limits,
      authorizer,
      nextExchange: () => book.nextExchange(),
      listeners: {
        message: (message, text, http) => this.#message(message, text, http),
        side: (kind, fields) => this.#reading.side(kind, fields),
        garbage: (line, why) => this.#garbage(line, why),
        stderr: (lines) => {
          for (const text of this.#output.stderr(lines)) this.#reading.side('stderr', { text })
        },
        undelivered: (id, problem) => this.#undelivered(id, problem),
        unauthorized: (want) => this.#node.needsAuthorization(want),
        exit: (exit) => this.#exited(exit),
      },
    })
  }

  /** Tells whether the server can be worked with. Never rejects. */
  get opened(): Promise<Opened> {
    return this.#opening.opened
  }

  get canCancel(): boolean {
    return this.#canCancel
  }

  /** Whether there is a process, ready or not. */
  get running(): boolean {
    return !this.#gone
  }

  /** Whether the server can be worked with. */
  get live(): boolean {
    return !this.#opening.pending && this.#ending === undefined
  }

  /** Ends the server politely, then by force. */
  async stop(why: string): Promise<void> {
    this.#ending ??= why
    this.#opening.settle({ ok: false, error: `The connection was closed: ${why}.` })
    await this.#wire.stop()
  }

  /** Ends the server at once; the task that it was for is told as killed. */
  async kill(why: string, task?: TaskEntry): Promise<void> {
    this.#ending ??= why
    this.#killed = task
    await this.#wire.kill()
  }

  freeze(frozen: boolean): void {
    this.#wire.freeze(frozen)
    this.#node.say(frozen ? 'frozen' : 'open', frozen ? 'frozen by you, its clocks and ttl run on' : 'thawed')
  }

  async #handshake(): Promise<void> {
    const { limits, timers, clientInfo, target } = this.#options
    const { era: choice = 'legacy', abilities = {} } = target
    const asked = choice === 'modern' ? 'server/discover' : 'initialize'
    const seconds = (ms: number) => `${ms / 1000} s`
    this.#opening.after(limits.noticeMs, () => {
      this.#node.say('opening', `no answer to ${asked} for ${seconds(limits.noticeMs)}`)
    })
    this.#opening.after(limits.initializeMs, () => {
      this.#fail(`The server has not answered ${asked} within ${seconds(limits.initializeMs)}.`)
    })
    const hands = await shakeHands({
      peer: this.#peer,
      wire: this.#wire,
      timers,
      choice,
      abilities,
      clientInfo,
      probeMs: limits.probeMs,
      say: (text) => {
        if (this.#opening.pending) this.#node.say('opening', text)
      },
    })
    if (hands === undefined || !this.#opening.pending) return
    if (!hands.ok) {
      if (this.#node.unauthorized) this.#waitForAuthorization()
      else this.#fail(hands.error)
      return
    }
    const { agreed } = hands
    this.#era = agreed.era
    this.#canCancel = agreed.cancel
    this.tools.tasksSupported = agreed.tasks
    this.tools.unsaid = agreed.era.name === 'modern' ? 'optional' : 'forbidden'
    const name = stringAt(agreed.server, 'name')
    const version = stringAt(agreed.server, 'version')
    this.#node.say('open', agreed.tasks ? 'speaks tasks' : 'offers no tasks', {
      era: agreed.era.name,
      protocol: agreed.version,
      ...(name === undefined ? {} : { server: name }),
      ...(version === undefined ? {} : { version }),
    })
    this.#opening.settle({ ok: true })
    void this.#reattachment.begin(agreed.era.name)
    if (agreed.tools) await this.#listTools()
  }

  async #listTools(): Promise<void> {
    if (this.tools.joinReading()) return
    const problem = await this.tools.refresh()
    if (this.#ending !== undefined) return
    this.#node.offers(this.tools.offers(), problem)
  }

  #message(message: RpcMessage, text: string | undefined, http: JsonRecord | undefined): void {
    this.#heard = true
    this.#peer.receive(message, text, http)
    if (message.kind === 'notification' && message.method === 'notifications/tools/list_changed') void this.#listTools()
    // What else a server may ask of any client; questions to the person wait at the desk.
    if (message.kind !== 'request' || isQuestion(message.method)) return
    if (this.desk.answerAboutTasks(message)) return
    if (message.method === 'ping') this.#peer.respond(message.id, {})
    else {
      const text = `this client does not offer ${message.method}`
      this.#peer.refuse(message.id, { code: methodNotFound, message: text })
    }
  }

  #undelivered(id: RpcId, problem: string): void {
    const root = this.#options.book.planOf(id)?.continues ?? id
    this.#roundTrips.show(root)
    this.#peer.fail(id, problem)
    const call = this.events.byNode(nodeId(`call:${root}`))
    if (call === undefined || isTerminal(call.state)) return
    const error = { name: 'NotDelivered', message: problem }
    this.events.endBecause(call, 'failed', { status: 'failed', kind: 'lost', error }, this.#options.clock.now())
  }

  /** The person has authorized us. @returns whether the session goes on; one that never began does not */
  authorized(): boolean {
    this.#node.authorized()
    this.#wire.authorized()
    return this.live
  }

  /** There is nothing to do with this server before the person has acted. */
  #waitForAuthorization(): void {
    this.#ending = 'needs authorization'
    this.#opening.settle({ ok: true })
    void this.#wire.stop()
  }

  #garbage(line: WireLine, why: string): void {
    const isFirst = this.#output.garbage(line, why)
    if (!isFirst || this.#heard) return
    this.#opening.after(this.#options.limits.garbageMs, () => {
      if (!this.#heard) this.#fail('The server prints something on stdout that is not JSON-RPC.')
    })
  }

  #fail(error: string): void {
    if (!this.#opening.pending) return
    this.#ending = error
    const detail = this.#output.evidence
    this.#opening.settle({ ok: false, error, ...(detail === undefined ? {} : { detail }) })
    this.#node.say('failed', error)
    void this.#wire.stop()
  }

  #exited(exit: ServerExit): void {
    this.#gone = true
    const { clock } = this.#options
    const at = clock.now()
    const text = exit.reason ?? `The server ended ${exitText(exit)}`
    if (this.#opening.pending) {
      this.#fail(exit.reason ?? `The server ended ${exitText(exit)} before it answered initialize.`)
    }
    this.#peer.close()
    this.#roundTrips.close()
    this.#reading.side('exit', { ...(exit.code === undefined ? {} : { code: exit.code }), sig: exit.signal })
    this.#reading.end()
    for (const entry of [...this.events.open()]) {
      const killed = entry === this.#killed
      const name = killed ? 'Killed' : 'ServerGone'
      const message = killed ? 'its server was killed' : `${text}; nobody can confirm what became of this task`
      const kind = killed && entry.state !== 'pending' ? 'killed' : 'lost'
      this.events.endBecause(entry, 'failed', { status: 'failed', kind, error: { name, message } }, at)
    }
    this.events.watch.gone(at)
    this.desk.close()
    this.#opening.settle({ ok: false, error: text })
    if (this.#ending === undefined) {
      this.#ending = text
      this.#node.say('failed', exit.reason ?? `ended ${exitText(exit)}`, { pid: null })
    } else {
      this.#node.facts({ pid: null })
    }
  }
}
