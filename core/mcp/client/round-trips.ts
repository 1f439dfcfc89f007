/**
 * Lets a modern call look like one exchange however often it went back and forth: a server may answer `tools/call` with
 * `input_required`, and the client calls again with the answers (https://modelcontextprotocol.io/seps/2322-mrtr). Stands
 * between the analyzer and those who make events of its facts. It also holds back a call that may still become a task
 * for a moment, so that a task that is created at once is one row and not two.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { WireObserver } from '../analyze/analyzer.ts'
import { questionsFirst } from '../analyze/sent-back-calls.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { RpcId } from '../wire/rpc-message.ts'
import type { CallBook } from './call-book.ts'

type Sent = Extract<WireFact, { kind: 'call.sent' }>
type Answered = Extract<WireFact, { kind: 'call.answered' }>

export interface RoundTripsOptions {
  readonly book: CallBook
  readonly timers: Timers
  readonly showAfterMs: number
  readonly observers: readonly WireObserver[]
  /** The call is shown and waits for what its result asks. */
  readonly asked: (root: RequestSighting, result: JsonRecord) => void
}

interface OpenCall {
  readonly sent: Sent
  readonly world: World
  /** The id of the request that is open now. */
  latest: RpcId
  /** Ends the time for which the call is held back. */
  stopHolding?: Dispose | undefined
}

export class RoundTrips implements WireObserver {
  readonly #options: RoundTripsOptions
  /** By the id of the first request. */
  readonly #calls = new Map<RpcId, OpenCall>()

  constructor(options: RoundTripsOptions) {
    this.#options = options
  }

  /** The request that stands for this call now. */
  latest(root: RpcId): RpcId {
    return this.#calls.get(root)?.latest ?? root
  }

  /** Shows a call that is still held back. */
  show(id: RpcId): void {
    const call = this.#calls.get(id)
    if (call?.stopHolding === undefined) return
    call.stopHolding()
    call.stopHolding = undefined
    this.#pass(call.sent, call.world)
  }

  close(): void {
    for (const id of this.#calls.keys()) this.show(id)
    this.#calls.clear()
  }

  time(at: number, world: World): void {
    for (const observer of this.#options.observers) observer.time?.(at, world)
  }

  side(...event: Parameters<NonNullable<WireObserver['side']>>): void {
    for (const observer of this.#options.observers) observer.side?.(...event)
  }

  fact(fact: WireFact, world: World): void {
    if (world.era?.name !== 'modern') this.#pass(fact, world)
    else if (fact.kind === 'call.sent') this.#sent(fact, world)
    else if (fact.kind === 'call.answered') this.#answered(fact, world)
    else if (fact.kind === 'task.created') {
      const call = this.#end(fact.exchange.request)
      const request = call?.sent.request ?? fact.exchange.request
      this.#pass({ ...fact, exchange: { ...fact.exchange, request } }, world)
    } else this.#pass(fact, world)
  }

  #sent(fact: Sent, world: World): void {
    const { id } = fact.request.message
    const plan = this.#options.book.planOf(id)
    const root = plan?.continues === undefined ? undefined : this.#calls.get(plan.continues)
    if (root !== undefined) {
      root.latest = id
      this.#pass({ ...fact, asksTask: plan?.asTask === true, continues: root.sent.request }, world)
      return
    }
    const call: OpenCall = { sent: fact, world, latest: id }
    this.#calls.set(id, call)
    if (plan?.asTask !== true) {
      this.#pass(fact, world)
      return
    }
    // A status that overtakes the creation is kept for it.
    this.#pass({ ...fact, asksTask: true }, world)
    call.stopHolding = this.#options.timers.after(this.#options.showAfterMs, () => this.show(id))
  }

  #answered(fact: Answered, world: World): void {
    const { request, answer } = fact.exchange
    const call = this.#callOf(request)
    const { message } = answer
    const root = call?.sent.request ?? request
    const asked = questionsFirst(message)
    if (call === undefined || asked === undefined) this.#end(request)
    else this.show(root.message.id)
    this.#pass({ ...fact, exchange: { request: root, answer } }, world)
    if (call !== undefined && asked !== undefined) this.#options.asked(root, asked)
  }

  #callOf(request: RequestSighting): OpenCall | undefined {
    const { id } = request.message
    return this.#calls.get(this.#options.book.planOf(id)?.continues ?? id)
  }

  #end(request: RequestSighting): OpenCall | undefined {
    const call = this.#callOf(request)
    if (call === undefined) return undefined
    call.stopHolding?.()
    this.#calls.delete(call.sent.request.message.id)
    return call
  }

  #pass(fact: WireFact, world: World): void {
    for (const observer of this.#options.observers) observer.fact?.(fact, world)
  }
}
