/** One event on its way out, given to the log, the file and the functions that hang on its task. */
import type { TaskEvent } from '../../model/event.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import { errorInfo } from '../error-info.ts'
import type { Task } from '../task.ts'
import type { InstalledHook, TaskSys } from './task-sys.ts'

/** What is told about the debugging itself is no news for it. */
const ownKinds: ReadonlySet<TaskEvent['kind']> = new Set([
  'task.debug',
  'task.logged',
  'task.status',
  'task.statistics',
])

export function hearEvent(task: Task, event: TaskEvent): void {
  const { sys } = task
  if (sys === undefined || ownKinds.has(event.kind)) return
  sys.log?.add(event)
  sys.file?.write(event)
  for (const hook of [...sys.hooks.values()]) if (hook.call !== undefined) callHook(task, sys, hook, event)
  if (event.kind !== 'task.state' || !isTerminal(event.to)) return
  sys.file?.close()
  sys.unlisten?.()
}

/** What hangs on it now, told after the event that is being told. */
function tellLater(task: Task): void {
  queueMicrotask(() => {
    if (!task.ended && task.sys !== undefined)
      task.runner.emit({ kind: 'task.debug', id: task.id, debug: task.sys.settings() })
  })
}

function callHook(task: Task, sys: TaskSys, hook: InstalledHook, event: TaskEvent): void {
  try {
    hook.state = hook.call?.(hook.state, event, task.liveState)
    if (hook.state !== 'done') return
    sys.hooks.delete(hook.id)
    tellLater(task)
  } catch (thrown) {
    sys.hooks.delete(hook.id)
    tellLater(task)
    const { name, message, stack } = errorInfo(thrown)
    // Told after the event that is being told.
    queueMicrotask(() =>
      task.runner.emit({
        kind: 'finding',
        finding: {
          rule: 'debug-function',
          severity: 'warning',
          node: task.id,
          text: `the debug function ${hook.id} threw ${name}: ${message} and was removed`,
          ...(stack !== undefined && { evidence: stack }),
        },
      }),
    )
  }
  task.runner.sys.listen(task)
}
