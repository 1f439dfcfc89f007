/**
 * Checkpoints and progress of a task whose code runs in a place of its own, as that place tells of them: here they are
 * only counted. Breakpoints are looked at where the code runs, so that it stands at the very checkpoint.
 */
import type { TaskEventBody } from '../../model/event.ts'
import { TaskSamples } from '../samples.ts'
import type { Task } from '../task.ts'

export function countToldByPlace(task: Task, body: TaskEventBody): void {
  if (body.kind === 'task.checkpoint') {
    task.samples ??= new TaskSamples()
    task.samples.allCheckpoints += 1 + (body.folded ?? 0)
  } else if (body.kind === 'task.progress') {
    task.samples ??= new TaskSamples()
    task.samples.allProgresses += 1 + (body.folded ?? 0)
  }
}
