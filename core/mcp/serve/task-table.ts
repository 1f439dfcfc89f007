/** The tasks of a server by id: makes them, finds them for those who may ask, and removes them when their time is over. */
import type { Clock, Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { Habits } from './habits.ts'
import { ServedTask } from './served-task.ts'
import type { ToolWork } from './tool-work.ts'

/** A client that only ever starts cannot fill the memory. */
const maxTasks = 10_000
const pageSize = 50

export interface NewTask {
  readonly owner: object | undefined
  readonly canAsk: boolean
  /** The ttl that the client asked for, milliseconds. */
  readonly ttlMs?: number
}

export interface TaskPage {
  readonly tasks: readonly ServedTask[]
  readonly nextCursor?: string
}

export class TaskTable {
  readonly #tasks = new Map<string, { readonly task: ServedTask; readonly stopClock: Dispose }>()
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #habits: Habits

  constructor(clock: Clock, timers: Timers, habits: Habits) {
    this.#clock = clock
    this.#timers = timers
    this.#habits = habits
  }

  get full(): boolean {
    return this.#tasks.size >= maxTasks
  }

  add(work: ToolWork, { owner, canAsk, ttlMs: asked }: NewTask): ServedTask {
    const ttlMs = this.#habits.ttlMs(asked)
    const task = new ServedTask({
      work,
      owner,
      canAsk,
      ttlMs,
      clock: this.#clock,
      timers: this.#timers,
      habits: this.#habits,
    })
    this.#tasks.set(task.id, { task, stopClock: this.#timers.after(ttlMs, () => this.#remove(task.id)) })
    return task
  }

  find(id: unknown, owner: object | undefined): ServedTask | undefined {
    const task = typeof id === 'string' ? this.#tasks.get(id)?.task : undefined
    return task?.owner === owner ? task : undefined
  }

  /** The task with this id, whoever owns it. */
  get(id: string): ServedTask | undefined {
    return this.#tasks.get(id)?.task
  }

  /** A page of an owner's tasks, oldest first; nothing for a cursor that is none. */
  page(owner: object, cursor: string | undefined): TaskPage | undefined {
    const own = [...this.#tasks.values()].flatMap(({ task }) => (task.owner === owner ? [task] : []))
    const after = cursor === undefined ? -1 : own.findIndex((task) => cursorOf(task) === cursor)
    if (cursor !== undefined && after < 0) return undefined
    const tasks = own.slice(after + 1, after + 1 + pageSize)
    const last = tasks.at(-1)
    const more = last !== undefined && last !== own.at(-1)
    return { tasks, ...(more && { nextCursor: cursorOf(last) }) }
  }

  /** Ends the tasks that nobody can reach any more. */
  removeOf(owner: object): void {
    for (const { task } of [...this.#tasks.values()]) if (task.owner === owner) this.#remove(task.id)
  }

  close(): void {
    for (const id of [...this.#tasks.keys()]) this.#remove(id)
  }

  #remove(id: string): void {
    const entry = this.#tasks.get(id)
    if (entry === undefined) return
    this.#tasks.delete(id)
    entry.stopClock()
    entry.task.forget()
  }
}

function cursorOf(task: ServedTask): string {
  return Buffer.from(task.id).toString('base64url')
}
