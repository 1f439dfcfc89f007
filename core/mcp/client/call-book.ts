/** What we know of our own calls and tasks that no frame says: who started them, under which span, and why. */
import type { ControlId, NodeId, TaskId } from '../../model/identity.ts'
import { nodeId } from '../../model/identity.ts'
import type { TraceIds } from '../../model/span.ts'
import { type IdSource, parseTraceparent } from '../../model/trace-ids.ts'
import { createRandomIds } from '../../system/random-ids.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import type { CallOrigin } from '../analyze/task-event-context.ts'
import type { TaskHost } from '../analyze/wire-fact.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isFromServer } from '../wire/frame.ts'
import { type JsonRecord, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcId } from '../wire/rpc-message.ts'

/** A call before it is sent. */
export interface CallPlan {
  readonly tool: string
  readonly input: JsonRecord
  readonly asTask: boolean
  readonly trace: TraceIds
  readonly attempt: number
  readonly retryOf?: TaskId
  readonly control?: ControlId
  /** The request that it goes on with, after the server asked for input before it began. */
  readonly continues?: RpcId
}

/** Inputs are kept to run a call again; older ones are let go. */
const maxKeptPlans = 5_000

/** Lives as long as its source: ids stay unique over every server process that the connection has had. */
export class CallBook {
  readonly #ids: Pick<IdSource, 'traceId' | 'spanId'>
  readonly #plans = new Map<RpcId, CallPlan>()
  readonly #planOfNode = new BoundedMap<NodeId, CallPlan>(maxKeptPlans)
  readonly #used = new Set<NodeId>([connectionNode])
  /** The nodes of the tasks of the server that runs now. */
  readonly #nodes = new Map<string, NodeId>()
  #lastId = 0
  #lastFrame = 0
  #lastExchange = 0

  constructor(ids: Pick<IdSource, 'traceId' | 'spanId'> = createRandomIds()) {
    this.#ids = ids
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** The next number of what passes: one count over all servers, so that a number names one frame only. */
  nextSeq(): number {
    this.#lastFrame += 1
    return this.#lastFrame
  }

  /** The next number of an HTTP exchange, counted like `nextSeq`. */
  nextExchange(): number {
    this.#lastExchange += 1
    return this.#lastExchange
  }

  newTrace(): TraceIds {
    return { traceId: this.#ids.traceId(), spanId: this.#ids.spanId() }
  }

  plan(id: RpcId, plan: CallPlan): void {
    this.#plans.set(id, plan)
  }

  planOf(id: RpcId): CallPlan | undefined {
    return this.#plans.get(id)
  }

  /** What the task or call with this node was started with. */
  planOfNode(id: NodeId): CallPlan | undefined {
    return this.#planOfNode.get(id)
  }

  started(id: NodeId, plan: CallPlan): void {
    this.#planOfNode.set(id, plan)
  }

  /** The call was answered; what it became is kept by its node. */
  answered(id: RpcId): void {
    this.#plans.delete(id)
  }

  originOf(request: RequestSighting | undefined): CallOrigin {
    // Ids of the server's requests are its own count.
    if (request !== undefined && isFromServer(request.frame.dir)) {
      const caller = parseTraceparent(stringAt(recordAt(request.message.params, '_meta'), 'traceparent') ?? '')
      const trace = this.newTrace()
      const joined = caller && { traceId: caller.traceId, spanId: trace.spanId, parentSpanId: caller.spanId }
      return { trace: joined ?? trace, attempt: 1 }
    }
    const plan = request === undefined ? undefined : this.#plans.get(request.message.id)
    if (plan === undefined) return { trace: this.newTrace(), attempt: 1 }
    return {
      trace: plan.trace,
      attempt: plan.attempt,
      ...(plan.retryOf === undefined ? {} : { retryOf: plan.retryOf }),
    }
  }

  /** Another server process answers from now on: an id that it gives names another task, even if it was used before. */
  newServer(): void {
    this.#nodes.clear()
  }

  /** The node of a task of the server that runs now: its own id where that is free. */
  nodeOf(host: TaskHost, taskId: string): NodeId {
    const key = `${host} ${taskId}`
    const known = this.#nodes.get(key)
    if (known !== undefined) return known
    const wanted = host === 'server' ? taskId : `client:${taskId}`
    let node = nodeId(wanted)
    for (let round = 2; this.#used.has(node); round += 1) node = nodeId(`${wanted}~${round}`)
    this.#used.add(node)
    this.#nodes.set(key, node)
    return node
  }
}

/** W3C trace context for `_meta` (SEP-414): the server's spans become children of the task's span. */
export function traceparentOf(trace: TraceIds): string {
  return `00-${trace.traceId}-${trace.spanId}-01`
}
