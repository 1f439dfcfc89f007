/** Running a task that belongs to another runner: under its id and its span, in the place that this runner is. */
import type { TaskId } from '../model/identity.ts'
import type { TraceIds } from '../model/span.ts'
import type { DebugHook } from '../model/task-debug.ts'
import type { AnyTaskDefinition } from './define-task.ts'
import { defineTask } from './define-task.ts'
import type { RunnerCore } from './runner-core.ts'
import { createTask } from './spawning.ts'
import { step, suspend } from './suspension.ts'
import { installHook } from './sys/hooks.ts'
import { sysOf } from './sys/sys-of.ts'
import type { Task } from './task.ts'

export interface Adoption {
  readonly definition: AnyTaskDefinition
  readonly id: TaskId
  readonly name: string
  readonly label: string | undefined
  /** Checked and completed by its schema already. */
  readonly input: unknown
  readonly trace: TraceIds
  readonly attempt: number
  readonly chain: TaskId
  /** Holds it at its first checkpoint. */
  readonly stepping: boolean
  /** What is hung on it from the start on. */
  readonly hooks: readonly DebugHook[]
}

/** Who holds an adopted task inside its place, in the name of all who hold it outside. */
export const placeOwner = { kind: 'source', name: 'its place' } as const

export function adoptTask(runner: RunnerCore, adoption: Adoption): Task {
  const { definition, id, name, label, input, trace, attempt, chain, stepping, hooks } = adoption
  // Its owner has checked the input and keeps its clock.
  const {
    input: _schema,
    timeoutMs: _timeoutMs,
    memoryMb: _memoryMb,
    isolation: _isolation,
    module: _module,
    ...rest
  } = definition
  const task = createTask(runner, {
    definition: defineTask(rest),
    input,
    options: { id, name, ...(label !== undefined && { label }) },
    again: { attempt, chain, retryOf: chain, trace },
  })
  for (const hook of hooks) installHook(task, hook)
  // Its owner has held it there, before its place was made.
  if (task.sys !== undefined) sysOf(task).startPassed = true
  if (stepping) {
    suspend(task, placeOwner)
    step(task, placeOwner)
  } else runner.starts.add(task)
  return task
}
