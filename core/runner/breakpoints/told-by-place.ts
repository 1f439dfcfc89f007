/**
 * Checkpoints and progress of a task whose code runs in a place of its own, as that place tells of them: they are
 * counted, and breakpoints take hold as soon as they are heard of, which is a little later than at the checkpoint
 * itself. A state that lives elsewhere cannot be asked here.
 */
import type { TaskEventBody } from '../../model/event.ts'
import { TaskSamples } from '../samples.ts'
import type { Task } from '../task.ts'
import { breakAtCheckpoint, breakOnProgress } from './break-at.ts'

export function toldByPlace(task: Task, body: TaskEventBody): void {
  if (body.kind === 'task.checkpoint') {
    task.samples ??= new TaskSamples()
    task.samples.allCheckpoints += 1 + (body.folded ?? 0)
    if (task.sys !== undefined) breakAtCheckpoint(task, body.label)
  } else if (body.kind === 'task.progress') {
    task.samples ??= new TaskSamples()
    task.samples.allProgresses += 1 + (body.folded ?? 0)
    if (task.sys !== undefined) breakOnProgress(task, body.current)
  }
}
