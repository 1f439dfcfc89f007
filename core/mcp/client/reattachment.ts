/**
 * Finds tasks of an earlier connection again, and remembers those of this one: each kept id is asked for once with
 * `tasks/get`, and what is still there appears as a task like any other. What is gone, or belonged to a session that is,
 * is told and forgotten.
 */
import type { WireObserver } from '../analyze/analyzer.ts'
import type { WireFact } from '../analyze/wire-fact.ts'
import type { World } from '../analyze/world.ts'
import type { EraName } from '../eras/era.ts'
import { modernEra } from '../eras/modern.ts'
import { isTerminalStatus } from '../eras/task-snapshot.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { invalidParams, type RpcId } from '../wire/rpc-message.ts'
import type { KeptTask, KeptTasks } from './kept-tasks.ts'
import type { RpcPeer } from './rpc-peer.ts'

type Status = Extract<WireFact, { kind: 'task.status' }>

export interface ReattachmentOptions {
  readonly kept: KeptTasks
  readonly peer: () => RpcPeer
  readonly observers: readonly WireObserver[]
  readonly say: (text: string) => void
}

export class Reattachment implements WireObserver {
  readonly #options: ReattachmentOptions
  /** What is asked for, by the id of the request. */
  readonly #asking = new Map<RpcId, KeptTask>()

  constructor(options: ReattachmentOptions) {
    this.#options = options
  }

  /** Asks for every kept task. Resolves when all are answered. */
  async begin(era: EraName): Promise<void> {
    const { kept, say } = this.#options
    const tasks = kept.read()
    const old = tasks.filter((task) => task.era === 'legacy')
    for (const { taskId } of old) kept.forget(taskId)
    if (old.length > 0) {
      say(
        `${countText(old.length)} of an earlier session cannot be reached any more: a legacy task ends with its session`,
      )
    }
    if (era === 'legacy') return
    await Promise.all(tasks.filter((task) => task.era === 'modern').map((task) => this.#ask(task)))
  }

  time(at: number, world: World): void {
    for (const observer of this.#options.observers) observer.time?.(at, world)
  }

  side(...event: Parameters<NonNullable<WireObserver['side']>>): void {
    for (const observer of this.#options.observers) observer.side?.(...event)
  }

  fact(fact: WireFact, world: World): void {
    const task = fact.kind === 'task.status' ? this.#askedFor(fact) : undefined
    if (fact.kind === 'task.status' && task !== undefined) this.#pass(creationOf(fact, task), world)
    else this.#pass(fact, world)
    this.#remember(fact, world)
  }

  async #ask(task: KeptTask): Promise<void> {
    const { kept, peer, say } = this.#options
    const id = peer().nextId()
    this.#asking.set(id, task)
    const answer = await peer().request('tasks/get', { taskId: task.taskId }, id)
    this.#asking.delete(id)
    if (answer?.kind !== 'error') return
    const gone = answer.error.code === invalidParams
    if (gone) kept.forget(task.taskId)
    const verdict = gone ? 'is no longer known to the server' : 'cannot be asked for'
    say(`the task ${task.taskId} of ${task.tool}, from an earlier connection, ${verdict}: ${answer.error.message}`)
  }

  #askedFor({ sighting }: Status): KeptTask | undefined {
    return sighting.kind === 'answer' && sighting.message.id !== undefined
      ? this.#asking.get(sighting.message.id)
      : undefined
  }

  #remember(fact: WireFact, world: World): void {
    if (fact.kind !== 'task.created' && fact.kind !== 'task.status') return
    const { taskId, status } = fact.snapshot
    if (fact.host !== 'server') return
    if (isTerminalStatus(status)) this.#options.kept.forget(taskId)
    else if (fact.kind === 'task.created' && world.era !== undefined) {
      this.#options.kept.keep({ taskId, tool: fact.target, era: world.era.name })
    }
  }

  #pass(fact: WireFact, world: World): void {
    for (const observer of this.#options.observers) observer.fact?.(fact, world)
  }
}

/** The first status of a task that was found again, as its creation: the call that made it was never seen here. */
function creationOf(fact: Status, { tool }: KeptTask): WireFact {
  if (fact.sighting.kind !== 'answer' || fact.sighting.request === undefined) return fact
  const asked = fact.sighting.request
  const request: RequestSighting = {
    kind: 'request',
    frame: asked.frame,
    message: { kind: 'request', id: asked.message.id, method: 'tools/call', params: { name: tool } },
  }
  const exchange = { request, answer: fact.sighting }
  return { kind: 'task.created', exchange, host: fact.host, target: tool, snapshot: fact.snapshot, era: modernEra }
}

function countText(count: number): string {
  return count === 1 ? 'a task' : `${count} tasks`
}
