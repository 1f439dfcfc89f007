/**
 * Someone else's conversation, seen through a shim, as a source: the node `connection`, under it every call and task
 * that passes, with what the rules find. It outlives the shim; a shim that comes back goes on where it was.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import { type NodeId, parseNodeKey, type SourceId } from '../../model/identity.ts'
import type { NodeStatus } from '../../model/node.ts'
import type { EventSink } from '../../model/source.ts'
import type { SideEvent } from '../analyze/analyzer.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { JudgingTime } from '../analyze/judging-time.ts'
import type { CancelOrigin } from '../analyze/task-event-context.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import { WatchedSource } from '../watch/watched-source.ts'
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

/** A shim that has gone without a word may come back; after this long its tasks are lost. */
const returnMs = 3000

export class ProxySource extends WatchedSource implements Guest {
  readonly #options: ProxySourceOptions
  readonly #controls: ProxiedControls
  readonly #time: JudgingTime
  #last = 0
  #ended = false
  #dismissed = false
  #returning: Dispose | undefined

  constructor(options: ProxySourceOptions) {
    const { source, hello, sink, clock, timers } = options
    const { command, pid, serverPid, transport, startedAt } = hello
    super({ source, startedAt, clock, sink, capabilities: proxiedTaskCapabilities, fixOf, sees: 'last' })
    this.#options = options
    this.#controls = new ProxiedControls({
      emit: this.emit,
      clock,
      frozen: (frozen) =>
        this.#say(frozen ? 'frozen' : 'open', frozen ? 'frozen by you, its clocks and ttl run on' : 'thawed'),
    })
    this.#time = new JudgingTime({
      clock,
      timers,
      tick: (at) => this.analyzer.tick(at),
      judging: () => this.#controls.connected && this.events.open()[Symbol.iterator]().next().done !== true,
    })
    this.emit({
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
      capabilities: proxiedCapabilities(hello),
      why: { text: transport === 'http' ? 'before a server over HTTP' : 'a client launched it through the proxy' },
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

  protected get meta(): JsonRecord {
    const { command, transport } = this.#options.hello
    return { scenario: proxiedName(command), command, transport }
  }

  protected override cancelOf(id: NodeId): CancelOrigin | undefined {
    return this.#controls.cancelOf(id)
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
    this.feed.line({ seq, tMs: numberAt(fields, 'tMs') ?? 0, kind, fields })
    this.#time.goOn()
  }

  control(request: ControlRequest): void {
    const { id } = parseNodeKey(request.target)
    if (id === connectionNode) this.#controls.ofConnection(request)
    else this.#controls.ofTask(this.events.byNode(id), request)
  }

  close(reason: string): Promise<void> {
    this.#dismissed = true
    this.#controls.dismiss()
    this.#end('closed', reason)
    return Promise.resolve()
  }

  override fact(fact: WireFact): void {
    super.fact(fact)
    if (fact.kind === 'asked' && fact.taskId !== undefined) this.#controls.questionCame(fact.taskId)
  }

  override side(event: SideEvent): void {
    super.side(event)
    if (event.kind === 'exit') this.#end('closed', `the server ended ${exitText(event.fields)}`, event.at)
  }

  #say(status: NodeStatus, text: string): void {
    this.emit({ kind: 'node.changed', id: connectionNode, status, why: { text } })
  }

  #end(status: 'closed' | 'lost', why: string, at = this.#options.clock.now()): void {
    this.#time.stop()
    this.#returning?.()
    if (this.#ended) return
    this.#ended = true
    this.loseOpen({ name: 'ServerGone', message: `${why}; nobody can confirm what became of this task` }, at)
    this.emit({ kind: 'node.changed', id: connectionNode, status, why: { text: why }, facts: { pid: null } }, at)
  }
}

function exitText(fields: JsonRecord): string {
  const sig = stringAt(fields, 'sig')
  return sig === undefined ? `with code ${numberAt(fields, 'code') ?? '?'}` : `by ${sig}`
}
