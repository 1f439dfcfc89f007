/** How a module says which tasks are kept alive, after OTP's child specifications. Plain data. */
import type { Restart, Shutdown } from '../supervisor/child-spec.ts'
import type { AnyTaskDefinition } from './define-task.ts'

const supervisorMark = Symbol.for('taskscope.supervisor')

export interface SupervisedTask {
  /** Unique among its siblings; also the row's label when it differs from the task's name. */
  readonly id: string
  readonly task: AnyTaskDefinition | SupervisorDefinition
  readonly input?: unknown
  /** `permanent`: always started again; `transient`: unless it ended normally; `temporary`: never. */
  readonly restart: Restart
  /** How it is stopped. 5000 ms by default, `infinity` for a supervisor. */
  readonly shutdown?: Shutdown
}

export interface SupervisorOptions {
  readonly name: string
  readonly strategy: 'one_for_one'
  /** Restarts allowed within `periodMs`; one more and the supervisor gives up. 1 by default. */
  readonly intensity?: number
  /** Milliseconds. 5000 by default. */
  readonly periodMs?: number
  readonly children: readonly SupervisedTask[]
}

export interface SupervisorDefinition extends SupervisorOptions {
  readonly [supervisorMark]: true
}

/** Defines a supervisor. Throws a `TypeError` for what cannot be one. */
export function defineSupervisor(options: SupervisorOptions): SupervisorDefinition {
  if (typeof options.name !== 'string' || options.name === '') throw new TypeError('a supervisor needs a name')
  if (options.strategy !== 'one_for_one') throw new TypeError(`supervisor ${options.name}: only one_for_one exists`)
  const ids = new Set<string>()
  for (const child of options.children) {
    if (ids.has(child.id)) throw new TypeError(`supervisor ${options.name} has two children ${child.id}`)
    ids.add(child.id)
  }
  return Object.freeze({ ...options, [supervisorMark]: true as const })
}

/** Whether a module's export is a supervisor definition, made by this copy of the library or another. */
export function isSupervisorDefinition(value: unknown): value is SupervisorDefinition {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[supervisorMark] === true
}
