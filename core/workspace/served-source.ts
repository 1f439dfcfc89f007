/**
 * The tasks of a server that runs elsewhere on this machine, `taskscope serve` or `taskscope lab`, as a source of the
 * application: its events are taken over as they are, its controls carried there. It outlives the line to the server; a
 * server that comes back goes on where it was.
 */
import type { Guest, GuestConnection } from '../mcp/proxy/proxy-door.ts'
import type { FromShim, ServerHello } from '../mcp/proxy/shim-messages.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Dispose } from '../model/dispose.ts'
import type { TaskEvent, TaskEventBody } from '../model/event.ts'
import { type ControlId, controlId, nodeKey, parseNodeKey, type SourceId } from '../model/identity.ts'
import type { NodeStatus } from '../model/node.ts'
import type { EventSink, Source } from '../model/source.ts'
import { createEventRelay, type EventRelay } from '../runner/host/event-relay.ts'
import { hostNodeId } from '../runner/host/host-node.ts'
import { createOpenControls } from '../runner/host/open-controls.ts'
import { createOpenNodes } from '../runner/host/open-nodes.ts'
import { isOwnProcess } from '../system/own-process.ts'

export interface ServedSourceOptions {
  readonly source: SourceId
  readonly hello: ServerHello
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
}

/** A server that has gone without a word is looked for this often. */
const returnMs = 3000
const goneFacts = { pid: null, memoryMb: null, loopBlockedMs: null, waiting: null }

export class ServedSource implements Source, Guest {
  readonly id: SourceId
  readonly #options: ServedSourceOptions
  readonly #relay: EventRelay
  readonly #nodes = createOpenNodes()
  readonly #controls = createOpenControls()
  /** Controls that went there from here; others are the server's own. */
  readonly #sent = new Set<ControlId>()
  #connection: GuestConnection | undefined
  #last = 0
  #ended = false
  #dismissed = false
  #returning: Dispose | undefined

  constructor(options: ServedSourceOptions) {
    this.#options = options
    this.id = options.source
    this.#relay = createEventRelay(options.source, options.clock, options.sink)
  }

  get dismissed(): boolean {
    return this.#dismissed
  }

  get last(): number {
    return this.#last
  }

  attach(connection: GuestConnection): void {
    this.#returning?.()
    this.#returning = undefined
    this.#connection = connection
  }

  detach(said: boolean): void {
    this.#connection = undefined
    for (const refusal of this.#controls.endAll('its server is not there')) this.#relay.emit(refusal)
    if (said) this.#end('closed', 'the server has ended')
    else this.#awaitReturn()
  }

  take(message: FromShim): boolean {
    if (message.type !== 'event' || message.seq <= this.#last) return false
    this.#last = message.seq
    const body = this.#own(bodyOf(message.event))
    this.#nodes.note(body)
    this.#controls.note(body)
    this.#relay.fact(body, message.event.at)
    return false
  }

  control(request: ControlRequest): void {
    if (this.#connection === undefined) {
      this.#relay.emit({ kind: 'control.refused', control: request.id, reason: 'its server is not there' })
      return
    }
    this.#sent.add(request.id)
    this.#controls.add(request.id)
    const target = nodeKey(this.#options.hello.source, parseNodeKey(request.target).id)
    this.#connection.send({ type: 'control', request: { ...request, target } })
  }

  close(reason: string): Promise<void> {
    this.#dismissed = true
    this.#connection?.dismiss()
    this.#connection = undefined
    this.#end('closed', reason)
    return Promise.resolve()
  }

  /** In the words of this side: every server counts its own controls, and its source may be called otherwise here. */
  #own(body: TaskEventBody): TaskEventBody {
    if (body.kind === 'control.requested') {
      const target = nodeKey(this.id, parseNodeKey(body.request.target).id)
      return { ...body, request: { ...body.request, id: this.#controlOf(body.request.id), target } }
    }
    if (body.kind === 'node.opened' && body.id === hostNodeId) {
      return { ...body, facts: { ...body.facts, served: true, server: this.#options.hello.pid } }
    }
    if (!('control' in body) || body.control === undefined) return body
    return { ...body, control: this.#controlOf(body.control) }
  }

  #controlOf(id: ControlId): ControlId {
    return this.#sent.has(id) ? id : controlId(`${this.id}/${id}`)
  }

  #awaitReturn(): void {
    if (this.#ended) return
    this.#returning = this.#options.timers.after(returnMs, () => {
      // Its line may have broken; as long as it lives it comes back.
      if (isOwnProcess(this.#options.hello.pid)) this.#awaitReturn()
      else this.#end('lost', 'the server went without a word')
    })
  }

  #end(status: NodeStatus, text: string): void {
    this.#returning?.()
    if (this.#ended) return
    this.#ended = true
    for (const fact of this.#nodes.endAll({ text, errorName: 'ServerGone' })) this.#relay.emit(fact)
    this.#relay.emit({ kind: 'node.changed', id: hostNodeId, status, facts: goneFacts, offers: [], why: { text } })
  }
}

function bodyOf(event: TaskEvent): TaskEventBody {
  const { v: _v, source: _source, seq: _seq, at: _at, derived: _derived, ...body } = event
  return body
}
