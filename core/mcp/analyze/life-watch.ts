/**
 * Watches tasks that were cancelled for signs that their work goes on. A peer that says "cancelled" has only said so;
 * what proves the end is its own complaint that it could not go on with a task that is cancelled.
 */
import type { Emit } from '../../model/stamp.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { TaskEntry } from './task-entry.ts'

interface Watched {
  readonly entry: TaskEntry
  readonly since: number
  readonly signs: Map<string, number>
}

/** How servers word that they ran into their own cancelled task. */
const complaint = /terminal status|cannot|could not|not found|failed|error|abort|cancel/i
const evidenceLength = 200

export class LifeWatch {
  readonly #emit: Emit
  readonly #settled: (entry: TaskEntry, text: string) => void
  readonly #watched = new BoundedMap<TaskEntry, Watched>()

  constructor(emit: Emit, settled: (entry: TaskEntry, text: string) => void) {
    this.#emit = emit
    this.#settled = settled
  }

  /** The task has just been reported as cancelled. */
  began(entry: TaskEntry, at: number): void {
    this.#watched.set(entry, { entry, since: at, signs: new Map() })
    this.#emit(
      { kind: 'task.sign', id: entry.id, text: 'still showing life: nothing has said that its work stopped' },
      at,
    )
  }

  /** Something came from a task that has ended. `what` in the singular: "progress notice". */
  sign(entry: TaskEntry, what: string, at: number): void {
    let watched = this.#watched.get(entry)
    if (watched === undefined) {
      watched = { entry, since: at, signs: new Map() }
      this.#watched.set(entry, watched)
    }
    watched.signs.set(what, (watched.signs.get(what) ?? 0) + 1)
    const text = [...watched.signs].map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`).join(', ')
    this.#emit({ kind: 'task.sign', id: entry.id, text: `still showing life: ${text} since it ended` }, at)
  }

  /** A line of the server's stderr; only a line that names the task says anything about it. */
  stderr(line: string, at: number): void {
    for (const watched of this.#watched.values()) {
      const { entry } = watched
      if (entry.taskId === undefined || !namesId(line, entry.taskId)) continue
      if (complaint.test(line)) {
        this.#settle(
          watched,
          `still showing life for ${seconds(at - watched.since)}, until it complained: ${cut(line)}`,
          at,
        )
      } else {
        this.sign(entry, 'stderr line', at)
      }
    }
  }

  /** Nothing was heard of it for a while, which is all that one can know of a server that stops quietly. */
  quiet(entry: TaskEntry, forMs: number, at: number): void {
    const watched = this.#watched.get(entry)
    if (watched !== undefined) this.#settle(watched, `no sign of life for ${seconds(forMs)}`, at)
  }

  /** Its work has ended, as a frame says. */
  over(entry: TaskEntry, text: string, at: number): void {
    const watched = this.#watched.get(entry)
    if (watched !== undefined) this.#settle(watched, text, at)
  }

  /** The process that did the work is gone. */
  gone(at: number): void {
    for (const watched of this.#watched.values()) this.#settle(watched, 'its server has ended', at)
  }

  /** How many signs were heard since the task was cancelled. */
  signsOf(entry: TaskEntry): number {
    let count = 0
    for (const signs of this.#watched.get(entry)?.signs.values() ?? []) count += signs
    return count
  }

  watches(entry: TaskEntry): boolean {
    return this.#watched.has(entry)
  }

  #settle(watched: Watched, text: string, at: number): void {
    this.#watched.delete(watched.entry)
    this.#emit({ kind: 'task.sign', id: watched.entry.id, text, settled: true }, at)
    this.#settled(watched.entry, text)
  }
}

/** Whether a line holds the id as a word of its own: task `1` is not named by "10 tasks". */
export function namesId(line: string, taskId: string): boolean {
  let at = line.indexOf(taskId)
  while (at >= 0) {
    if (!isWordPart(line[at - 1]) && !isWordPart(line[at + taskId.length])) return true
    at = line.indexOf(taskId, at + 1)
  }
  return false
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\w-]/.test(character)
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s`
}

function cut(line: string): string {
  const text = line.trim()
  return `“${text.length > evidenceLength ? `${text.slice(0, evidenceLength)}…` : text}”`
}
