/**
 * Checkpoints and progress of a task whose code runs in a place of its own, as that place tells of them: they are
 * counted, and breakpoints take hold as soon as they are heard of, which is a little later than at the checkpoint
 * itself. A state that lives elsewhere cannot be asked here.
 */
import { breakpointText } from '../../model/breakpoint.ts'
import type { TaskEventBody } from '../../model/event.ts'
import { TaskSamples } from '../samples.ts'
import type { Task } from '../task.ts'
import { breakAtCheckpoint, breakOnProgress } from './break-at.ts'

/** Whether a breakpoint, or a person, waits for single checkpoints or steps of progress that folding would hide. */
export function hearsAll({ sys }: Task): boolean {
  if (sys === undefined) return false
  const kinds = sys.breakpoints.map(({ breakpoint }) => breakpoint.on.kind)
  return sys.trace || kinds.includes('checkpoint') || kinds.includes('progress')
}

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

/** Says which breakpoints cannot hold a task because its state lives elsewhere. */
export function tellBlindSpots(task: Task): void {
  for (const { breakpoint } of task.sys?.breakpoints ?? []) {
    if (breakpoint.on.kind !== 'state') continue
    const place = `its state lives in a ${task.executor.isolation} of its own`
    task.runner.emit({
      kind: 'finding',
      finding: {
        rule: 'breakpoint-out-of-reach',
        severity: 'warning',
        node: task.id,
        text: `the breakpoint "${breakpointText(breakpoint)}" cannot hold ${task.name}: ${place}`,
      },
    })
  }
}
