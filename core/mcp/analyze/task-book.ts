/** Every task and call of one conversation, found by the peer's id, by node, by request or by progress token. */
import type { NodeId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isFromServer } from '../wire/frame.ts'
import { jsonText, recordAt } from '../wire/json-record.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskHost, WireFact } from './wire-fact.ts'

/** As many as a registry keeps of those that have ended. */
const maxEntries = 50_000

export class TaskBook {
  readonly #tasks = new BoundedMap<string, TaskEntry>(maxEntries)
  readonly #calls = new BoundedMap<RequestSighting, TaskEntry>(maxEntries)
  readonly #byNode = new BoundedMap<NodeId, TaskEntry>(maxEntries)
  readonly #byToken = new BoundedMap<string, TaskEntry>(maxEntries)

  task(host: TaskHost, taskId: string): TaskEntry | undefined {
    return this.#tasks.get(`${host} ${taskId}`)
  }

  /** The call that this request is, until it was answered. */
  call(request: RequestSighting): TaskEntry | undefined {
    return this.#calls.get(request)
  }

  byNode(id: NodeId): TaskEntry | undefined {
    return this.#byNode.get(id)
  }

  /** Whose progress a notification reports. */
  byToken(fact: Extract<WireFact, { kind: 'progress' }>): TaskEntry | undefined {
    const host = isFromServer(fact.sighting.frame.dir) ? 'server' : 'client'
    return this.#byToken.get(`${host} ${jsonText(fact.token)}`)
  }

  /** Tasks and calls that have not ended, calls first, oldest first. */
  *open(): Iterable<TaskEntry> {
    for (const entry of this.#calls.values()) if (!isTerminal(entry.state)) yield entry
    for (const entry of this.#tasks.values()) if (!isTerminal(entry.state)) yield entry
  }

  /** Whose a message is that names nothing: the newest call that is open, else the newest task that is. */
  newest(host: TaskHost): TaskEntry | undefined {
    const open = [...this.open()].filter((entry) => entry.host === host)
    return open.findLast((entry) => entry.node === 'call') ?? open.at(-1)
  }

  addTask(id: NodeId, host: TaskHost, taskId: string): TaskEntry {
    const entry: TaskEntry = { node: 'task', id, host, taskId, state: 'pending' }
    this.#tasks.set(`${host} ${taskId}`, entry)
    this.#byNode.set(id, entry)
    return entry
  }

  addCall(id: NodeId, host: TaskHost, request: RequestSighting): TaskEntry {
    const entry: TaskEntry = { node: 'call', id, host, request, state: 'pending' }
    this.#calls.set(request, entry)
    this.#byNode.set(id, entry)
    return entry
  }

  /** From now on the progress that this request asked for is the entry's. */
  bindToken(entry: TaskEntry, request: RequestSighting | undefined): void {
    const token = recordAt(request?.message.params, '_meta')?.progressToken
    if (typeof token === 'string' || typeof token === 'number') {
      this.#byToken.set(`${entry.host} ${jsonText(token)}`, entry)
    }
  }

  /** The call goes on with this request; the answer will be to that. */
  renameCall(entry: TaskEntry, request: RequestSighting): void {
    for (const [known, its] of this.#calls) if (its === entry) this.#calls.delete(known)
    this.#calls.set(request, entry)
  }

  /** A call was answered; nothing will name it any more. */
  removeCall(request: RequestSighting): void {
    const entry = this.#calls.get(request)
    this.#calls.delete(request)
    if (entry !== undefined) this.#byNode.delete(entry.id)
  }
}
