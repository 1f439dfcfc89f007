/**
 * Someone else's conversation, seen through a shim, as a source: the node `connection`, under it every call and task
 * that passes, with what the rules find. It outlives the shim; a shim that comes back goes on where it was.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { FrameList } from '../../model/frame.ts'
import { type NodeId, nodeId, parseNodeKey, type SourceId } from '../../model/identity.ts'
import type { NodeFacts, NodeStatus } from '../../model/node.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { createEmit, type Emit } from '../../model/stamp.ts'
import { Analyzer, type SideEvent, type WireObserver } from '../analyze/analyzer.ts'
import { CaptureFeed } from '../analyze/capture-feed.ts'
import { connectionFacts } from '../analyze/connection-facts.ts'
import { FrameLog } from '../analyze/frame-log.ts'
import type { FrameReader } from '../analyze/frame-reader.ts'
import { JudgingTime } from '../analyze/judging-time.ts'
import { passiveContext } from '../analyze/passive-context.ts'
import type { TaskEntry } from '../analyze/task-entry.ts'
import { TaskEvents } from '../analyze/task-events.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { emitFinding } from '../client/live-findings.ts'
import { Linter } from '../lint/linter.ts'
import type { LintFinding } from '../lint/rule.ts'
import { type JsonRecord, numberAt, stringAt } from '../wire/json-record.ts'
import { fixOf } from './fixes.ts'
import { proxiedCapabilities, proxiedTaskCapabilities } from './proxied-capabilities.ts'
import { ProxiedControls } from './proxied-controls.ts'
import { proxiedName } from './proxied-name.ts'
import type { Guest, GuestConnection } from './proxy-door.ts'
import type { FromShim, ShimHello } from './shim-messages.ts'

export interface ProxySourceOptions {
  readonly source: SourceId
  readonly hello: ShimHello
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
}

const connectionNode = nodeId('connection')
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
  readonly #controls: ProxiedControls
  readonly #time: JudgingTime
  #last = 0
  #ended = false
  #dismissed = false
  #returning: Dispose | undefined

  constructor(options: ProxySourceOptions) {
    this.#options = options
    this.id = options.source
    const emit = createEmit(options.source, options.clock, options.sink)
    this.#emit = emit
    const passive = passiveContext({ emit, parent: connectionNode })
    this.#events = new TaskEvents({
      ...passive,
      capabilities: proxiedTaskCapabilities,
      cancelOf: (id) => this.#controls.cancelOf(id),
    })
    this.#frames = new FrameLog((host, taskId) => passive.nodeIdOf(host, taskId))
    this.#controls = new ProxiedControls({
      emit,
      clock: options.clock,
      frozen: (frozen) =>
        this.#say(frozen ? 'frozen' : 'open', frozen ? 'frozen by you, its clocks and ttl run on' : 'thawed'),
    })
    this.#time = new JudgingTime({
      clock: options.clock,
      timers: options.timers,
      tick: (at) => this.#analyzer.tick(at),
      judging: () => this.#controls.connected && this.#events.open()[Symbol.iterator]().next().done !== true,
    })
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
      capabilities: proxiedCapabilities(options.hello),
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
    this.#controls.attach(connection)
    this.#say('open', 'in the path of someone else’s client')
    this.#time.goOn()
  }

  /** The shim has gone. `said`: it told that nothing more will come. */
  detach(said: boolean): void {
    this.#controls.detach()
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
        this.#controls.answered(message)
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
    this.#time.goOn()
  }

  control(request: ControlRequest): void {
    const { id } = parseNodeKey(request.target)
    if (id === connectionNode) this.#controls.ofConnection(request)
    else this.#controls.ofTask(this.#events.byNode(id), request)
  }

  close(reason: string): Promise<void> {
    this.#dismissed = true
    this.#controls.dismiss()
    this.#end('closed', reason)
    return Promise.resolve()
  }

  fact(fact: WireFact): void {
    const facts = connectionFacts(fact)
    if (facts !== undefined) this.#facts(facts)
    if (fact.kind === 'asked' && fact.taskId !== undefined) this.#controls.questionCame(fact.taskId)
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

  #facts(facts: NodeFacts): void {
    this.#emit({ kind: 'node.changed', id: connectionNode, facts })
  }

  #say(status: NodeStatus, text: string): void {
    this.#emit({ kind: 'node.changed', id: connectionNode, status, why: { text } })
  }

  #end(status: 'closed' | 'lost', why: string, at = this.#options.clock.now()): void {
    this.#time.stop()
    this.#returning?.()
    if (this.#ended) return
    this.#ended = true
    for (const entry of [...this.#events.open()]) {
      const error = { name: 'ServerGone', message: `${why}; nobody can confirm what became of this task` }
      this.#events.endBecause(entry, 'failed', { status: 'failed', kind: 'lost', error }, at)
    }
    this.#emit({ kind: 'node.changed', id: connectionNode, status, why: { text: why }, facts: { pid: null } }, at)
  }
}

function exitText(fields: JsonRecord): string {
  const sig = stringAt(fields, 'sig')
  return sig === undefined ? `with code ${numberAt(fields, 'code') ?? '?'}` : `by ${sig}`
}
