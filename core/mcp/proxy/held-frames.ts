/**
 * The frames that a person holds back, of both directions in the order in which they came. Only frames of tasks that
 * are held get in; letting go keeps their order. Bounded: beyond the cap everything is let go, and said so.
 */

export type WireEnd = 'client' | 'server'

interface HeldFrame {
  readonly task: string
  readonly to: WireEnd
  readonly bytes: Uint8Array
}

/** Held frames are kept in memory; more than this is not worth a server's patience. */
const maxHeldBytes = 32 * 1024 * 1024

export interface HeldFramesOptions {
  readonly forward: (to: WireEnd, bytes: Uint8Array) => void
  /** How many frames of a held task wait now; `undefined` when it is not held any more, with why unless it was asked. */
  readonly changed: (task: string, waiting: number | undefined, why?: string) => void
}

export class HeldFrames {
  readonly #options: HeldFramesOptions
  readonly #tasks = new Set<string>()
  #frames: HeldFrame[] = []
  #bytes = 0

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
    this.#tasks.add(task)
    this.#options.changed(task, this.#waiting(task))
  }

  keep(task: string, to: WireEnd, bytes: Uint8Array): void {
    this.#frames.push({ task, to, bytes })
    this.#bytes += bytes.length
    if (this.#bytes > maxHeldBytes) this.releaseAll('more was held than there is room for')
    else this.#options.changed(task, this.#waiting(task))
  }

  /** Lets the oldest frame of the task pass. @returns whether there was one */
  step(task: string): boolean {
    const index = this.#frames.findIndex((frame) => frame.task === task)
    const [frame] = index < 0 ? [] : this.#frames.splice(index, 1)
    if (frame === undefined) return false
    this.#pass([frame])
    this.#options.changed(task, this.#waiting(task))
    return true
  }

  release(task: string, why?: string): void {
    if (!this.#tasks.delete(task)) return
    const mine = this.#frames.filter((frame) => frame.task === task)
    this.#frames = this.#frames.filter((frame) => frame.task !== task)
    this.#pass(mine)
    this.#options.changed(task, undefined, why)
  }

  releaseAll(why: string): void {
    const tasks = [...this.#tasks]
    this.#tasks.clear()
    this.#pass(this.#frames.splice(0))
    for (const task of tasks) this.#options.changed(task, undefined, why)
  }

  #waiting(task: string): number {
    return this.#frames.filter((frame) => frame.task === task).length
  }

  #pass(frames: readonly HeldFrame[]): void {
    for (const { to, bytes } of frames) {
      this.#bytes -= bytes.length
      this.#options.forward(to, bytes)
    }
  }
}
