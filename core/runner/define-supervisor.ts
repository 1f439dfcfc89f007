/** How a module says which tasks are kept alive, after OTP's child specifications. Plain data. */
import type { Restart, Shutdown } from '../supervisor/child-spec.ts'
import { type Strategy, strategies } from '../supervisor/supervisor-port.ts'
import type { AnyTaskDefinition } from './define-task.ts'

const supervisorMark = Symbol.for('taskscope.supervisor')
const restarts: readonly Restart[] = ['permanent', 'transient', 'temporary']

export interface SupervisedTask {
  /** Unique among its siblings; also the row's label when it differs from the task's name. */
  readonly id: string
  readonly task: AnyTaskDefinition | SupervisorDefinition
  readonly input?: unknown
  /** `permanent`: always started again; `transient`: unless it ended normally; `temporary`: never. */
  readonly restart: Restart
  /**
   * How it is stopped. 5000 ms by default, `infinity` for a supervisor: one that has not ended in the time it is given
   * ends with everything below it.
   */
  readonly shutdown?: Shutdown
}

export interface SupervisorOptions {
  readonly name: string
  /**
   * Which children are started again with one that ended. `simple_one_for_one` takes one child as a template and starts
   * none by itself: each is added while it runs, with an input of its own.
   */
  readonly strategy: Strategy
  /** Restarts allowed within `periodMs`; one more and the supervisor gives up. 1 by default. */
  readonly intensity?: number
  /** Milliseconds. 5000 by default. */
  readonly periodMs?: number
  readonly children: readonly SupervisedTask[]
}

export interface SupervisorDefinition extends SupervisorOptions {
  readonly [supervisorMark]: true
}

/**
 * Defines a supervisor. Throws a `TypeError` for what cannot be one.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSupervisor, defineSupervisor, defineTask } from 'taskscope'
 *
 * const job = defineTask({ name: 'job', run: (ctx, input: number) => ctx.sleep(input) })
 * const pool = defineSupervisor({
 *   name: 'pool',
 *   strategy: 'simple_one_for_one',
 *   children: [{ id: 'job', task: job, restart: 'transient', shutdown: 1000 }],
 * })
 *
 * const supervisor = createSupervisor(pool)
 * await supervisor.startChild(60_000)
 * await supervisor.startChild(60_000, { id: 'second' })
 * assert.deepEqual(supervisor.children().map((child) => child.id), ['job-1', 'second'])
 * await supervisor.stop()
 * ```
 */
export function defineSupervisor(options: SupervisorOptions): SupervisorDefinition {
  if (typeof options.name !== 'string' || options.name === '') throw new TypeError('a supervisor needs a name')
  if (!strategies.includes(options.strategy)) {
    throw new TypeError(`strategy of supervisor ${options.name} must be one of ${strategies.join(', ')}`)
  }
  if (options.strategy === 'simple_one_for_one' && options.children.length !== 1) {
    throw new TypeError(`supervisor ${options.name}: simple_one_for_one takes exactly one child, its template`)
  }
  if (options.intensity !== undefined && !(options.intensity >= 0)) {
    throw new TypeError(`intensity of supervisor ${options.name} must be 0 or more`)
  }
  if (options.periodMs !== undefined && !(options.periodMs > 0)) {
    throw new TypeError(`periodMs of supervisor ${options.name} must be more than 0`)
  }
  const ids = new Set<string>()
  for (const child of options.children) {
    if (ids.has(child.id)) throw new TypeError(`supervisor ${options.name} has two children ${child.id}`)
    ids.add(child.id)
    checkChild(options.name, child)
  }
  return Object.freeze({ ...options, [supervisorMark]: true as const })
}

function checkChild(supervisor: string, { id, restart, shutdown }: SupervisedTask): void {
  if (!restarts.includes(restart)) {
    throw new TypeError(`restart of child ${id} of ${supervisor} must be one of ${restarts.join(', ')}`)
  }
  const known = shutdown === undefined || shutdown === 'brutal_kill' || shutdown === 'infinity'
  if (!known && !(shutdown >= 0)) {
    throw new TypeError(`shutdown of child ${id} of ${supervisor} must be brutal_kill, infinity or milliseconds`)
  }
}

/** Whether a module's export is a supervisor definition, made by this copy of the library or another. */
export function isSupervisorDefinition(value: unknown): value is SupervisorDefinition {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[supervisorMark] === true
}
