import type { Task } from '../task.ts'
import { TaskSys } from './task-sys.ts'

/** What is hung on a task, made when it is first needed. */
export function sysOf(task: Task): TaskSys {
  task.sys ??= new TaskSys()
  return task.sys
}
