/**
 * One launched server from its start to its end: process, handshake, tools, calls. Emits what happens to the connection
 * node while it lives; whoever opened it decides about its next life.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { nodeId } from '../../model/identity.ts'
import type { NodeFacts } from '../../model/node.ts'
import type { Emit } from '../../model/stamp.ts'
import { Analyzer, type WireObserver } from '../analyze/analyzer.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { legacyEra, readTaskSupport } from '../eras/legacy.ts'
import { Linter } from '../lint/linter.ts'
import type { LintFinding } from '../lint/rule.ts'
import { recordAt, stringAt } from '../wire/json-record.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import { methodNotFound, type RpcMessage, readRpcText } from '../wire/rpc-message.ts'
import { type CallBook, connectionNode } from './call-book.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { emitFinding } from './live-findings.ts'
import { RpcPeer } from './rpc-peer.ts'
import { commandText, type Environment, type ServerLaunch } from './server-launch.ts'
import { exitText, launchServer, type ServerExit, type ServerProcess, stopServer } from './server-process.ts'
import { StderrTail } from './stderr-tail.ts'
import { StdoutGarbage } from './stdout-garbage.ts'
import { TaskDesk } from './task-desk.ts'
import { ToolList } from './tool-list.ts'
import { taskCapabilities } from './verb-reasons.ts'

export interface SessionOptions {
  readonly launch: ServerLaunch
  readonly environment: Environment
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly clientInfo: { readonly name: string; readonly version: string }
  readonly book: CallBook
  /** Judge the conversation by the rules of the linter while it goes on. */
  readonly lint: boolean
}

/** Whether the server can be worked with; if not, one sentence and what was seen. */
export type Opened = { readonly ok: true } | { readonly ok: false; readonly error: string; readonly detail?: string }

export class Session implements WireObserver {
  readonly opened: Promise<Opened>
  readonly events: TaskEvents
  readonly desk: TaskDesk
  readonly tools: ToolList
  readonly #options: SessionOptions
  readonly #analyzer: Analyzer
  readonly #peer: RpcPeer
  readonly #process: ServerProcess
  readonly #stderr = new StderrTail()
  readonly #garbage = new StdoutGarbage()
  readonly #waits: Dispose[] = []
  #decide: ((opened: Opened) => void) | undefined
  #heard = false
  #canCancel = false
  #gone = false
  #ending: string | undefined
  #killed: TaskEntry | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    const { emit, clock, timers, limits, book } = options
    this.#peer = new RpcPeer({
      clock,
      write: (text) => this.#process.write(text),
      see: (frame) => this.#analyzer.see(frame),
      nextId: () => book.nextId(),
    })
    this.desk = new TaskDesk({ emit, clock, timers, limits, peer: this.#peer, book, events: () => this.events })
    this.events = new TaskEvents({
      emit,
      parent: connectionNode,
      nodeIdOf: (host, taskId) => book.claim(host, taskId),
      callIdOf: (request) => {
        const { id } = request.message
        const node = nodeId(`call:${id}`)
        const plan = book.planOf(id)
        if (plan !== undefined) book.started(node, plan)
        return node
      },
      capabilities: (node) => taskCapabilities(node, this.#canCancel),
      originOf: (request) => book.originOf(request?.message.id),
      cancelOf: (id) => this.desk.cancelOf(id),
      answeredBy: (question) => this.desk.answeredBy(question),
      settled: (id, text) => this.desk.settled(id, text),
    })
    this.tools = new ToolList(this.#peer)
    const found = (finding: LintFinding) =>
      emitFinding(
        emit,
        finding,
        (taskId) => (this.events.task('server', taskId) ?? this.events.task('client', taskId))?.id,
      )
    this.#analyzer = new Analyzer([this.events, this.desk, this, ...(options.lint ? [new Linter(found)] : [])])
    this.opened = new Promise((resolve) => {
      this.#decide = resolve
    })
    this.#process = launchServer({
      launch: options.launch,
      environment: options.environment,
      timers,
      listeners: {
        line: (line) => this.#line(line),
        stderr: (lines) => this.#stderrLines(lines),
        exit: (exit) => this.#exited(exit),
      },
    })
    this.#say('opening', `started ${commandText(options.launch)}`, {
      command: commandText(options.launch),
      transport: 'stdio',
      ...(this.#process.pid === undefined ? {} : { pid: this.#process.pid }),
    })
    void this.#handshake()
  }

  /** Settles when the process has ended. */
  get ended(): Promise<ServerExit> {
    return this.#process.exited
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
    return this.#decide === undefined && this.#ending === undefined
  }

  /** Ends the server politely, then by force. */
  async stop(why: string): Promise<void> {
    this.#ending ??= why
    this.#settle({ ok: false, error: `The connection was closed: ${why}.` })
    await stopServer(this.#process, this.#options.timers, this.#options.limits.stopGraceMs)
  }

  /** Ends the server at once; the task that it was for is told as killed. */
  async kill(why: string, task?: TaskEntry): Promise<void> {
    this.#ending ??= why
    this.#killed = task
    this.#process.signal('SIGKILL')
    await this.#process.exited
  }

  freeze(frozen: boolean): void {
    this.#process.signal(frozen ? 'SIGSTOP' : 'SIGCONT')
    this.#say(frozen ? 'frozen' : 'open', frozen ? 'frozen by you, its clocks and ttl run on' : 'thawed')
  }

  fact(fact: WireFact): void {
    if (fact.kind === 'log') {
      const level = logLevels[fact.level] ?? 'info'
      const lines = [{ stream: 'log' as const, level, text: fact.text }]
      this.#options.emit({ kind: 'task.log', id: connectionNode, lines }, fact.sighting.frame.at)
    }
  }

  async #handshake(): Promise<void> {
    const { limits, timers, clientInfo } = this.#options
    const seconds = (ms: number) => `${ms / 1000} s`
    this.#waits.push(
      timers.after(limits.noticeMs, () => {
        this.#say('opening', `no answer to initialize for ${seconds(limits.noticeMs)}`)
      }),
      timers.after(limits.initializeMs, () => {
        this.#fail(`The server has not answered initialize within ${seconds(limits.initializeMs)}.`)
      }),
    )
    const answer = await this.#peer.request('initialize', {
      protocolVersion: legacyEra.protocolVersion,
      capabilities: { elicitation: { form: {} } },
      clientInfo,
    })
    if (answer === undefined || this.#decide === undefined) return
    if (answer.kind === 'error') {
      this.#fail(`The server refused initialize: ${answer.error.message} (${answer.error.code}).`)
      return
    }
    const version = stringAt(answer.result, 'protocolVersion')
    if (version === undefined) {
      this.#fail('The server answered initialize without a protocol version.')
      return
    }
    const capabilities = recordAt(answer.result, 'capabilities')
    const support = readTaskSupport(capabilities)
    this.#canCancel = support.cancel
    this.tools.tasksSupported = support.toolsCall
    this.#peer.notify('notifications/initialized', {})
    const info = recordAt(answer.result, 'serverInfo')
    this.#say('open', support.toolsCall ? 'speaks tasks' : 'offers no tasks', {
      era: 'legacy',
      protocol: version,
      ...(stringAt(info, 'name') === undefined ? {} : { server: stringAt(info, 'name') ?? '' }),
      ...(stringAt(info, 'version') === undefined ? {} : { version: stringAt(info, 'version') ?? '' }),
    })
    this.#settle({ ok: true })
    if (recordAt(capabilities, 'tools') !== undefined) await this.#listTools()
  }

  async #listTools(): Promise<void> {
    if (this.tools.joinReading()) return
    const problem = await this.tools.refresh()
    if (this.#ending !== undefined) return
    this.#options.emit({
      kind: 'node.changed',
      id: connectionNode,
      offers: this.tools.offers(),
      ...(problem === undefined ? {} : { why: { text: 'its tools cannot be listed', detail: problem } }),
    })
  }

  #line(line: WireLine): void {
    const reading = line.overlong
      ? { ok: false as const, why: `it is longer than allowed (${line.bytes} bytes)` }
      : readRpcText(line.text)
    if (!reading.ok) {
      this.#garbageLine(line, reading.why)
      return
    }
    for (const message of reading.messages) {
      this.#heard = true
      this.#peer.receive(message)
      this.#serve(message)
    }
  }

  /** What a server may ask of any client. Questions to the person wait at the desk. */
  #serve(message: RpcMessage): void {
    if (message.kind === 'notification' && message.method === 'notifications/tools/list_changed') void this.#listTools()
    if (message.kind !== 'request' || message.method === 'elicitation/create') return
    if (message.method === 'ping') this.#peer.respond(message.id, {})
    else {
      const text = `this client does not offer ${message.method}`
      this.#peer.refuse(message.id, { code: methodNotFound, message: text })
    }
  }

  #garbageLine(line: WireLine, why: string): void {
    const isFirst = this.#garbage.first === undefined
    const finding = this.#garbage.add(line, why)
    if (finding !== undefined) this.#options.emit({ kind: 'finding', finding })
    if (!isFirst || this.#heard || this.#decide === undefined) return
    this.#waits.push(
      this.#options.timers.after(this.#options.limits.garbageMs, () => {
        if (!this.#heard) this.#fail('The server prints something on stdout that is not JSON-RPC.')
      }),
    )
  }

  #stderrLines(lines: readonly string[]): void {
    const at = this.#options.clock.now()
    const batch = this.#stderr.add(lines)
    this.#options.emit({ kind: 'task.log', id: connectionNode, ...batch }, at)
    for (const { text } of batch.lines) {
      this.#analyzer.side({ seq: 0, at, kind: 'stderr', fields: { text } })
    }
  }

  #fail(error: string): void {
    if (this.#decide === undefined) return
    this.#ending = error
    const printed = this.#garbage.first === undefined ? '' : `stdout: ${this.#garbage.first}`
    const detail = [printed, this.#stderr.text()].filter((part) => part !== '')
    this.#settle({ ok: false, error, ...(detail.length === 0 ? {} : { detail: detail.join('\n') }) })
    this.#say('failed', error)
    void stopServer(this.#process, this.#options.timers, this.#options.limits.stopGraceMs)
  }

  #settle(opened: Opened): void {
    for (const dispose of this.#waits.splice(0)) dispose()
    this.#decide?.(opened)
    this.#decide = undefined
  }

  #exited(exit: ServerExit): void {
    this.#gone = true
    const { clock } = this.#options
    const at = clock.now()
    const text = exit.reason ?? `The server ended ${exitText(exit)}`
    if (this.#decide !== undefined) {
      this.#fail(exit.reason ?? `The server ended ${exitText(exit)} before it answered initialize.`)
    }
    this.#peer.close()
    for (const entry of [...this.events.open()]) {
      const killed = entry === this.#killed
      const name = killed ? 'Killed' : 'ServerGone'
      const message = killed ? 'its server was killed' : `${text}; nobody can confirm what became of this task`
      const kind = killed && entry.state !== 'pending' ? 'killed' : 'lost'
      this.events.endBecause(entry, 'failed', { status: 'failed', kind, error: { name, message } }, at)
    }
    this.events.watch.gone(at)
    this.desk.close()
    this.#settle({ ok: false, error: text })
    if (this.#ending === undefined) {
      this.#ending = text
      this.#say('failed', `ended ${exitText(exit)}`, { pid: null })
    } else {
      this.#options.emit({ kind: 'node.changed', id: connectionNode, facts: { pid: null } })
    }
  }

  #say(status: 'opening' | 'open' | 'failed' | 'frozen', text: string, facts?: NodeFacts): void {
    this.#options.emit({
      kind: 'node.changed',
      id: connectionNode,
      status,
      why: { text },
      ...(facts === undefined ? {} : { facts }),
    })
  }
}

/** MCP knows the levels of syslog; a log line knows four. */
const logLevels: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error'>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
}
