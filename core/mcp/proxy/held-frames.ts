/**
 * The frames that a person holds back, of both directions in the order in which they came. Only frames of tasks that
 * are held get in; letting go keeps their order. Bounded: when the store takes no more everything is let go, and said so.
 */
import type { HeldStore, KeptBytes } from './held-store.ts'

export type WireEnd = 'client' | 'server'

interface HeldFrame {
  readonly task: string
  readonly kept: KeptBytes
  readonly forward: (bytes: Uint8Array) => void
}

export interface HeldFramesOptions {
  readonly store: HeldStore
  /** How many frames of a held task wait now; `undefined` when it is not held any more, with why unless it was asked. */
  readonly changed: (task: string, waiting: number | undefined, why?: string) => void
}

export class HeldFrames {
  readonly #options: HeldFramesOptions
  /** Held tasks, and how many of their frames wait. */
  readonly #tasks = new Map<string, number>()
  #frames: HeldFrame[] = []

  constructor(options: HeldFramesOptions) {
    this.#options = options
  }

  get holding(): boolean {
    return this.#tasks.size > 0
  }

  holds(task: string): boolean {
    return this.#tasks.has(task)
  }

  hold(task: string): void {
    if (!this.#tasks.has(task)) this.#tasks.set(task, 0)
    this.#options.changed(task, this.#tasks.get(task))
  }

  /**
   * Takes a frame of a held task.
   * @param forward lets it pass, later or at once
   * @returns takes the frame back: whoever waited for it has gone
   */
  keep(task: string, bytes: Uint8Array, forward: (bytes: Uint8Array) => void): () => void {
    let kept: KeptBytes | undefined
    let why = 'more was held than there is room for'
    try {
      kept = this.#options.store.keep(bytes)
    } catch (error) {
      why = `held frames cannot be kept: ${error instanceof Error ? error.message : String(error)}`
    }
    if (kept === undefined) {
      this.releaseAll(why)
      forward(bytes)
      return () => undefined
    }
    const frame = { task, kept, forward }
    this.#frames.push(frame)
    this.#count(task, 1)
    return () => this.#takeBack(frame)
  }

  /** Lets the oldest frame of the task pass. @returns whether there was one */
  step(task: string): boolean {
    const index = this.#frames.findIndex((frame) => frame.task === task)
    const [frame] = index < 0 ? [] : this.#frames.splice(index, 1)
    if (frame === undefined) return false
    const lost = pass([frame])
    this.#count(task, -1, lost)
    return true
  }

  release(task: string, why?: string): void {
    if (!this.#tasks.delete(task)) return
    const mine = this.#frames.filter((frame) => frame.task === task)
    this.#frames = this.#frames.filter((frame) => frame.task !== task)
    const lost = pass(mine)
    this.#options.changed(task, undefined, lost ?? why)
  }

  releaseAll(why: string): void {
    const tasks = [...this.#tasks.keys()]
    this.#tasks.clear()
    const lost = pass(this.#frames.splice(0))
    for (const task of tasks) this.#options.changed(task, undefined, lost ?? why)
  }

  /** Nothing is held any more, and nothing of it stays on disk. */
  close(): void {
    this.#frames = []
    this.#tasks.clear()
    this.#options.store.close()
  }

  #takeBack(frame: HeldFrame): void {
    const index = this.#frames.indexOf(frame)
    if (index < 0) return
    this.#frames.splice(index, 1)
    frame.kept.drop()
    this.#count(frame.task, -1)
  }

  #count(task: string, change: 1 | -1, lost?: string): void {
    const before = this.#tasks.get(task)
    if (before === undefined) return
    this.#tasks.set(task, before + change)
    this.#options.changed(task, before + change, lost)
  }
}

/** @returns what is wrong when some could not be read back; the others have passed */
function pass(frames: readonly HeldFrame[]): string | undefined {
  let problem: string | undefined
  for (const { kept, forward } of frames) {
    let bytes: Uint8Array | undefined
    try {
      bytes = kept.read()
    } catch (error) {
      problem = `a held frame is lost: ${error instanceof Error ? error.message : String(error)}`
    }
    kept.drop()
    if (bytes !== undefined) forward(bytes)
  }
  return problem
}
