/**
 * Someone else's conversation, seen through a shim, as a source: the node `connection`, under it every call and task
 * that passes, with what the rules find. It outlives the shim; a shim that comes back goes on where it was.
 */
import type { Capabilities } from '../../model/capability.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { FrameList } from '../../model/frame.ts'
import { type NodeId, nodeId, parseNodeKey, type SourceId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { NodeFacts, NodeStatus } from '../../model/node.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { createEmit, type Emit } from '../../model/stamp.ts'
import { Analyzer, type SideEvent, type WireObserver } from '../analyze/analyzer.ts'
import { CaptureFeed } from '../analyze/capture-feed.ts'
import { connectionFacts } from '../analyze/connection-facts.ts'
import { FrameLog } from '../analyze/frame-log.ts'
import type { FrameReader } from '../analyze/frame-reader.ts'
import { passiveContext } from '../analyze/passive-context.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { emitFinding } from '../client/live-findings.ts'
import { Linter } from '../lint/linter.ts'
import type { LintFinding } from '../lint/rule.ts'
import { type JsonRecord, numberAt, stringAt } from '../wire/json-record.ts'
import { fixOf } from './fixes.ts'
import { FrameHolds } from './frame-holds.ts'
import { proxiedName } from './proxied-name.ts'
import type { Guest, GuestConnection } from './proxy-door.ts'
import type { FromShim, ShimHello, ShimOrder } from './shim-messages.ts'

export interface ProxySourceOptions {
  readonly source: SourceId
  readonly hello: ShimHello
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
}

const connectionNode = nodeId('connection')
/** Verdicts that only time gives are looked for this often while a task is open. */
const tickMs = 250
/** A shim that has gone without a word may come back; after this long its tasks are lost. */
const returnMs = 3000
const stderrLine = /\n+$/

export class ProxySource implements Source, Guest, FrameReader, WireObserver {
  readonly id: SourceId
  readonly #options: ProxySourceOptions
  readonly #emit: Emit
  readonly #events: TaskEvents
  readonly #analyzer: Analyzer
  readonly #feed: CaptureFeed
  readonly #frames: FrameLog
  readonly #holds: FrameHolds
  readonly #cancels = new Map<NodeId, ControlRequest>()
  /** Controls that wait for the shim's answer. */
  readonly #asked = new Map<string, ControlRequest>()
  /** Fixes that were sent and wait for their effect. */
  readonly #fixing = new Map<string, ControlRequest>()
  #connection: GuestConnection | undefined
  #last = 0
  #ended = false
  #dismissed = false
  #ticking: Dispose | undefined
  #returning: Dispose | undefined

  constructor(options: ProxySourceOptions) {
    this.#options = options
    this.id = options.source
    const emit = createEmit(options.source, options.clock, options.sink)
    this.#emit = emit
    const passive = passiveContext({ emit, parent: connectionNode })
    this.#events = new TaskEvents({
      ...passive,
      capabilities: (node) => (node === 'task' ? taskCapabilities : callCapabilities),
      cancelOf: (id) => {
        const request = this.#cancels.get(id)
        if (request === undefined) return { by: { kind: 'peer', name: 'the client' } }
        const { reason } = request
        return { by: request.by, control: request.id, ...(reason === undefined ? {} : { reason }) }
      },
    })
    this.#frames = new FrameLog((host, taskId) => passive.nodeIdOf(host, taskId))
    this.#holds = new FrameHolds(emit, options.clock)
    const linter = new Linter((finding) => this.#found(finding))
    this.#analyzer = new Analyzer([this.#frames, this.#events, linter, this])
    this.#feed = new CaptureFeed(this.#analyzer, options.hello.startedAt, (json) => this.#frames.note(json))
    const { command, pid, serverPid, transport } = options.hello
    emit({
      kind: 'node.opened',
      id: connectionNode,
      node: 'connection',
      name: proxiedName(command),
      status: 'opening',
      facts: {
        transport,
        proxy: true,
        command: command.join(' '),
        shim: pid,
        ...(serverPid === undefined ? {} : { pid: serverPid }),
      },
      capabilities: nodeCapabilities(options.hello),
      why: {
        text:
          options.hello.transport === 'http' ? 'before a server over HTTP' : 'a client launched it through the proxy',
      },
    })
  }

  /** Whether the person has closed it; its shim is not to come back. */
  get dismissed(): boolean {
    return this.#dismissed
  }

  /** The number of the newest line that has been taken. */
  get last(): number {
    return this.#last
  }

  /** @param task only its frames; those of the whole conversation without one */
  frames(task?: NodeId): FrameList {
    return this.#frames.list(task === connectionNode ? undefined : task)
  }

  get frameRevision(): number {
    return this.#frames.revision
  }

  frameText(seq: number): string | undefined {
    return this.#frames.text(seq)
  }

  captureLines(): Iterable<string> {
    const { command, transport, startedAt } = this.#options.hello
    return this.#frames.captureLines({ scenario: proxiedName(command), command, transport }, startedAt)
  }

  /** A shim is there, or is back. */
  attach(connection: GuestConnection): void {
    this.#returning?.()
    this.#returning = undefined
    this.#connection = connection
    this.#say('open', 'in the path of someone else’s client')
    this.#tickLater()
  }

  /** The shim has gone. `said`: it told that nothing more will come. */
  detach(said: boolean): void {
    this.#connection = undefined
    this.#holds.dropAll('the proxy has gone')
    for (const request of this.#asked.values()) this.#refuse(request, 'the proxy has gone')
    this.#asked.clear()
    if (this.#ended) return
    if (said) this.#end('closed', 'the proxy has ended')
    else {
      this.#returning = this.#options.timers.after(returnMs, () => this.#end('lost', 'the proxy went without a word'))
    }
  }

  take(message: FromShim): boolean {
    switch (message.type) {
      case 'line':
        this.#line(message.line)
        return true
      case 'taken':
      case 'done':
      case 'refused':
      case 'held':
        this.#answer(message)
        return false
      default:
        return false
    }
  }

  /** Takes the next line of the conversation; one that was seen before is none. */
  #line(fields: JsonRecord): void {
    const seq = numberAt(fields, 'seq') ?? this.#last + 1
    const kind = stringAt(fields, 'kind')
    if (kind === undefined || kind === 'meta' || seq <= this.#last) return
    this.#last = seq
    this.#feed.line({ seq, tMs: numberAt(fields, 'tMs') ?? 0, kind, fields })
    this.#tickLater()
  }

  /** What the shim answers to an order. */
  #answer(message: Extract<FromShim, { type: 'taken' | 'done' | 'refused' | 'held' }>): void {
    if (message.type === 'held') {
      this.#holds.seen(message.task, message.waiting, message.why)
      return
    }
    const request = this.#asked.get(message.control) ?? this.#fixing.get(message.control)
    if (request === undefined) return
    const { command } = request
    if (message.type === 'taken') {
      this.#emit({ kind: 'control.acknowledged', control: request.id })
      return
    }
    this.#asked.delete(message.control)
    this.#fixing.delete(message.control)
    if (message.type === 'refused') {
      this.#holds.refused(request)
      this.#refuse(request, message.text)
      return
    }
    if (command.verb === 'freeze' || command.verb === 'thaw') {
      const frozen = command.verb === 'freeze'
      this.#say(frozen ? 'frozen' : 'open', frozen ? 'frozen by you, its clocks and ttl run on' : 'thawed')
    }
    this.#emit({ kind: 'control.effective', control: request.id, effect: message.text })
  }

  control(request: ControlRequest): void {
    const { id } = parseNodeKey(request.target)
    const refusal = id === connectionNode ? this.#onConnection(request) : this.#onTask(id, request)
    if (refusal !== undefined) this.#refuse(request, refusal)
  }

  close(reason: string): Promise<void> {
    this.#dismissed = true
    this.#connection?.dismiss()
    this.#connection = undefined
    this.#end('closed', reason)
    return Promise.resolve()
  }

  fact(fact: WireFact): void {
    const facts = connectionFacts(fact)
    if (facts !== undefined) this.#facts(facts)
    if (fact.kind === 'asked' && fact.taskId !== undefined) this.#fixed(fact.taskId, 'the question is on its way')
  }

  side(event: SideEvent): void {
    if (event.kind === 'stderr') {
      const text = (stringAt(event.fields, 'text') ?? '').replace(stderrLine, '')
      const lines = [{ stream: 'stderr' as const, text }]
      this.#emit({ kind: 'task.log', id: connectionNode, lines }, event.at)
    }
    if (event.kind === 'exit') this.#end('closed', `the server ended ${exitText(event.fields)}`, event.at)
  }

  #found(finding: LintFinding): void {
    emitFinding(this.#emit, finding, (taskId) => this.#task(taskId)?.id, fixOf(finding))
  }

  #task(taskId: string): TaskEntry | undefined {
    return this.#events.task('server', taskId) ?? this.#events.task('client', taskId)
  }

  #onConnection(request: ControlRequest): string | undefined {
    const { verb } = request.command
    const signal = verb === 'freeze' ? 'SIGSTOP' : verb === 'thaw' ? 'SIGCONT' : verb === 'kill' ? 'SIGKILL' : undefined
    if (signal === undefined) return 'its client decides about that'
    return this.#ask(request, { do: 'signal', control: request.id, signal })
  }

  #onTask(id: NodeId, request: ControlRequest): string | undefined {
    const entry = this.#events.byNode(id)
    const { command } = request
    if (entry?.taskId === undefined) return 'only a task can be controlled in someone else’s conversation'
    if (isTerminal(entry.state)) return 'it has ended'
    const task = entry.taskId
    const control = request.id
    switch (command.verb) {
      case 'suspend': {
        const refusal = this.#ask(request, { do: 'hold', control, task })
        if (refusal === undefined) this.#holds.wanted(task, id, request)
        return refusal
      }
      case 'resume':
        return this.#ask(request, { do: 'release', control, task })
      case 'step':
        return this.#ask(request, { do: 'step', control, task })
      case 'cancel': {
        if (entry.host === 'client') return 'the client runs it itself'
        const refusal = this.#ask(request, { do: 'inject', control, method: 'tasks/cancel', params: { taskId: task } })
        if (refusal === undefined) this.#cancels.set(id, request)
        return refusal
      }
      case 'fix': {
        if (command.rule !== 'stalled-input-required') return `nothing is known that fixes ${command.rule}`
        const refusal = this.#ask(request, { do: 'inject', control, method: 'tasks/result', params: { taskId: task } })
        if (refusal === undefined) this.#fixing.set(task, request)
        return refusal
      }
      default:
        return unavailable
    }
  }

  #ask(request: ControlRequest, order: ShimOrder): string | undefined {
    if (this.#connection === undefined) return 'the proxy is not there'
    this.#asked.set(request.id, request)
    this.#connection.send({ type: 'order', order })
    return undefined
  }

  #fixed(task: string, effect: string): void {
    const request = this.#fixing.get(task)
    if (request === undefined) return
    this.#fixing.delete(task)
    this.#asked.delete(request.id)
    this.#emit({ kind: 'control.effective', control: request.id, effect })
  }

  #refuse(request: ControlRequest, reason: string): void {
    this.#emit({ kind: 'control.refused', control: request.id, reason })
  }

  #facts(facts: NodeFacts): void {
    this.#emit({ kind: 'node.changed', id: connectionNode, facts })
  }

  #say(status: NodeStatus, text: string): void {
    this.#emit({ kind: 'node.changed', id: connectionNode, status, why: { text } })
  }

  #end(status: 'closed' | 'lost', why: string, at = this.#options.clock.now()): void {
    this.#ticking?.()
    this.#returning?.()
    if (this.#ended) return
    this.#ended = true
    for (const entry of [...this.#events.open()]) {
      const error = { name: 'ServerGone', message: `${why}; nobody can confirm what became of this task` }
      this.#events.endBecause(entry, 'failed', { status: 'failed', kind: 'lost', error }, at)
    }
    this.#emit({ kind: 'node.changed', id: connectionNode, status, why: { text: why }, facts: { pid: null } }, at)
  }

  /** Time passes for the rules only while there is something to judge. */
  #tickLater(): void {
    if (this.#ticking !== undefined || this.#ended || this.#connection === undefined) return
    this.#ticking = this.#options.timers.after(tickMs, () => {
      this.#ticking = undefined
      this.#analyzer.tick(this.#options.clock.now())
      if ([...this.#events.open()].length > 0) this.#tickLater()
    })
  }
}

const unavailable = 'its client decides about that'
const callCapabilities: Capabilities = { cancel: unavailable, kill: unavailable, suspend: 'only a task can be held' }
const taskCapabilities: Capabilities = {
  suspend: true,
  resume: true,
  step: true,
  cancel: true,
  fix: true,
  kill: unavailable,
  retry: unavailable,
  answer: 'its client answers',
}

function nodeCapabilities({ transport }: ShimHello): Capabilities {
  const own = transport === 'http' ? 'it is not our process' : true
  const freeze = process.platform === 'win32' ? 'Windows cannot freeze a process' : own
  return { freeze, thaw: freeze, kill: own, stop: unavailable, restart: unavailable }
}

function exitText(fields: JsonRecord): string {
  const sig = stringAt(fields, 'sig')
  return sig === undefined ? `with code ${numberAt(fields, 'code') ?? '?'}` : `by ${sig}`
}
