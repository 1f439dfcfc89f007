/**
 * What the watches of both wires share: the frames that a person holds back. A wire keeps its frames for a verdict only
 * while it must, so it is told after each change.
 */
import { HeldFrames } from './held-frames.ts'
import type { HeldStore } from './held-store.ts'
import type { WireControls } from './wire-controls.ts'

export interface HoldingOptions {
  /** Where held frames wait. */
  readonly store: HeldStore
  /** How many frames of a task wait; `undefined` when it is not held any more. */
  readonly heldChanged?: (task: string, waiting: number | undefined, why?: string) => void
}

export abstract class HoldingWatch implements Omit<WireControls, 'inject'> {
  protected readonly held: HeldFrames

  constructor({ store, heldChanged }: HoldingOptions) {
    this.held = new HeldFrames({ store, changed: (task, waiting, why) => heldChanged?.(task, waiting, why) })
  }

  hold(task: string): string | undefined {
    this.held.hold(task)
    this.setFilters()
    return undefined
  }

  release(task: string): void {
    this.held.release(task)
    this.setFilters()
  }

  step(task: string): boolean {
    return this.held.step(task)
  }

  releaseAll(why: string): void {
    this.held.releaseAll(why)
    this.setFilters()
  }

  /** Tells the wire whether its frames are to wait now. */
  protected abstract setFilters(): void
}
