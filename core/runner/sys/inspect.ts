/** `get_status` and `statistics`: what the runner knows of a task, without asking its code. */
import { actorText } from '../../model/actor.ts'
import type { DebugSettings, TaskStatistics, TaskStatus } from '../../model/task-debug.ts'
import type { Task } from '../task.ts'

const nothingHung: DebugSettings = { trace: false, logSize: 0, hooks: [] }

export function statusOf(task: Task): TaskStatus {
  const standsAt = task.executor.standsAt(task)
  return {
    state: task.state,
    task: task.definition.name,
    attempt: task.attempt,
    isolation: task.executor.isolation,
    ...(task.parentNode !== undefined && { parent: task.parentNode }),
    children: task.children?.size ?? 0,
    ...(standsAt !== undefined && { standsAt }),
    holds: (task.holding?.entries ?? []).map((entry) => actorText(entry.hold.owner)),
    questions: task.questions?.size ?? 0,
    draining: task.draining,
    debug: task.sys?.settings() ?? nothingHung,
  }
}

export function statisticsOf(task: Task): TaskStatistics {
  const now = task.runner.clock.now()
  const running = task.state === 'running' ? now - task.runningSince : 0
  return {
    ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
    now,
    runningMs: task.runningMs + running,
    checkpoints: task.samples?.allCheckpoints ?? 0,
    updates: task.samples?.allProgresses ?? 0,
    holds: task.holding?.count ?? 0,
    waits: task.seat?.waits ?? 0,
  }
}
