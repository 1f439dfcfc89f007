/** Frame holds as the model shows them: who wanted one, since when it is effective, how much waits behind it. */
import type { Clock } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { Hold } from '../../model/hold.ts'
import type { NodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'

interface Wanted {
  readonly node: NodeId
  readonly hold: Hold
}

export class FrameHolds {
  readonly #emit: Emit
  readonly #clock: Clock
  readonly #byTask = new Map<string, Wanted>()

  constructor(emit: Emit, clock: Clock) {
    this.#emit = emit
    this.#clock = clock
  }

  /** Somebody asked for it. */
  wanted(task: string, node: NodeId, request: ControlRequest): void {
    if (this.#byTask.has(task)) return
    const hold: Hold = { id: request.id, owner: request.by, how: 'frames', requestedAt: request.requestedAt }
    this.#byTask.set(task, { node, hold })
  }

  /** The shim says how many frames wait, or that the task is not held any more. */
  seen(task: string, waiting: number | undefined, why?: string): void {
    const known = this.#byTask.get(task)
    if (known === undefined) return
    if (waiting === undefined) this.#drop(task, known, why)
    else {
      const effectiveAt = known.hold.effectiveAt ?? this.#clock.now()
      const hold: Hold = { ...known.hold, effectiveAt, at: waiting === 1 ? '1 frame' : `${waiting} frames` }
      this.#byTask.set(task, { node: known.node, hold })
      this.#emit({ kind: 'task.hold', id: known.node, hold })
    }
  }

  /** It could not be done. */
  refused(request: ControlRequest): void {
    for (const [task, { hold }] of this.#byTask) if (hold.id === request.id) this.#byTask.delete(task)
  }

  dropAll(why: string): void {
    for (const [task, known] of this.#byTask) this.#drop(task, known, why)
  }

  #drop(task: string, { node, hold }: Wanted, why: string | undefined): void {
    this.#byTask.delete(task)
    this.#emit({ kind: 'task.released', id: node, holdId: hold.id })
    if (why !== undefined) this.#emit({ kind: 'task.changed', id: node, why: { text: 'released', detail: why } })
  }
}
