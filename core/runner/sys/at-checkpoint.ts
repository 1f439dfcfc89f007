/**
 * What happens to a debugged task at a checkpoint, before it is asked whether anybody holds it: waiting changes of its
 * state come first, so breakpoints and assertions see the new one. Callers ask only when `task.sys` is set.
 */
import { breakAtCheckpoint } from '../breakpoints/break-at.ts'
import type { Task } from '../task.ts'
import { hooksAtCheckpoint } from './hooks.ts'
import { applyChanges } from './replace-state.ts'

/** @returns an error that the checkpoint has to throw. */
export function atCheckpoint(task: Task, label: string): Error | undefined {
  applyChanges(task)
  breakAtCheckpoint(task, label)
  return hooksAtCheckpoint(task, label)
}
