/** One task as the reference model knows it: where its code is, who holds it, and how it must have ended. */

export type ModelState =
  | 'pending'
  | 'running'
  | 'suspended'
  | 'input_required'
  | 'cancelling'
  | 'completed'
  | 'failed'
  | 'cancelled'

/** Where the task's code is: waiting for the script, standing inside the runner, awaiting a child, or over. */
export type Code =
  | 'unstarted'
  | 'waiting'
  | 'standing'
  | 'asking'
  | 'awaiting'
  | 'returned'
  | 'threw'
  | 'exited'
  | 'unwound'
  | 'gone'

export type Fate = 'open' | 'effective' | 'refused'

/** A wish whose fate the model decides. */
export interface ModelControl {
  fate: Fate
}

/** Where a task's code runs: `shared` can only be held where it stands inside the runner, `own` wherever it is. */
export type Place = 'shared' | 'own'

export type CancelCause = 'cancel' | 'parent' | 'timeout' | 'supervisor'

export interface ModelTask {
  readonly id: string
  readonly parent: ModelTask | undefined
  readonly children: ModelTask[]
  readonly place: Place
  /** Its code goes on when it is cancelled. */
  readonly stubborn: boolean
  readonly timeoutMs: number | undefined
  state: ModelState
  from: ModelState
  code: Code
  /** When a sleep ends; -1 for a place that only a hold keeps. */
  wakesAt: number
  awaited: ModelTask | undefined
  startsWithParent: boolean
  holds: Map<string, ModelControl>
  step: ModelControl | undefined
  cancel:
    | {
        cause: CancelCause
        graceEnds: number
        order: number
        controls: ModelControl[]
        /** Whoever asked for it wants its supervisor to act by its restart type. */
        restarts: boolean
      }
    | undefined
  failure: string | undefined
  runningMs: number
  abandoned: boolean
  endedAfterCancel: boolean
  /** How often its code has brought something after its task had ended. */
  late: number
  /** How many promises its code has let be rejected with nobody to handle it. */
  rejections: number
}

export const modelGraceMs = 5000

export function isOver(task: ModelTask): boolean {
  return task.state === 'completed' || task.state === 'failed' || task.state === 'cancelled'
}

export function codeOver(task: ModelTask): boolean {
  return ['returned', 'threw', 'exited', 'unwound', 'gone'].includes(task.code)
}

export interface ModelOptions {
  readonly stubborn: boolean
  readonly timeoutMs?: number
  readonly place?: Place
}

export function createModelTask(id: string, parent: ModelTask | undefined, options: ModelOptions): ModelTask {
  return {
    id,
    parent,
    children: [],
    place: options.place ?? 'shared',
    stubborn: options.stubborn,
    timeoutMs: options.timeoutMs,
    state: 'pending',
    from: 'pending',
    code: 'unstarted',
    wakesAt: -1,
    awaited: undefined,
    startsWithParent: false,
    holds: new Map(),
    step: undefined,
    cancel: undefined,
    failure: undefined,
    runningMs: 0,
    abandoned: false,
    endedAfterCancel: false,
    late: 0,
    rejections: 0,
  }
}
