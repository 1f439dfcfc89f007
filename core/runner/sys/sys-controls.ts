/** Carries out the debugging verbs on a living task. None of them waits for the task's code, except a change of state. */
import { isAbsolute } from 'node:path'
import type { ControlRequest, ControlVerb } from '../../model/control.ts'
import { mostLogged } from '../../model/task-debug.ts'
import type { ControlReply } from '../control-reply.ts'
import type { Task } from '../task.ts'
import { createEventLog } from './event-log.ts'
import { installHook, removeHook } from './hooks.ts'
import { statisticsOf, statusOf } from './inspect.ts'
import { replaceState } from './replace-state.ts'
import { sysOf } from './sys-of.ts'

export type SysVerb = Extract<
  ControlVerb,
  {
    verb:
      | 'replaceState'
      | 'getStatus'
      | 'getStatistics'
      | 'log'
      | 'logToFile'
      | 'trace'
      | 'install'
      | 'remove'
      | 'noDebug'
  }
>

export function controlSys(task: Task, command: SysVerb, by: ControlRequest['by'], reply: ControlReply): void {
  const { runner } = task
  switch (command.verb) {
    case 'replaceState':
      replaceState(task, command.change, by, reply)
      return
    case 'getStatus':
      runner.emit({ kind: 'task.status', id: task.id, status: statusOf(task) })
      reply.effective()
      return
    case 'getStatistics':
      runner.emit({ kind: 'task.statistics', id: task.id, statistics: statisticsOf(task) })
      reply.effective()
      return
    case 'log':
      if (command.size !== undefined) setLog(task, command.size)
      runner.samples.flush(task)
      runner.emit({ kind: 'task.logged', id: task.id, log: readLog(task) })
      reply.effective()
      return
    case 'logToFile':
      if (command.file === false) reply.effective(stopFile(task) ? 'the file is closed' : 'no file was open')
      else logToFile(task, command.file, reply)
      return
    case 'trace':
      setTrace(task, command.on)
      reply.effective(command.on ? 'every event is told, none is folded' : 'events are folded again')
      return
    case 'install': {
      const refusal = installHook(task, command.hook)
      if (refusal !== undefined) {
        reply.refused(refusal)
        return
      }
      tellDebug(task)
      reply.effective()
      return
    }
    case 'remove':
      if (removeHook(task, command.hook)) {
        tellDebug(task)
        reply.effective()
      } else reply.refused(`no debug function ${command.hook} is installed`)
      return
    case 'noDebug':
      clearDebug(task)
      reply.effective()
      return
  }
}

/** Tells what hangs on a task, after a change. */
export function tellDebug(task: Task): void {
  task.runner.emit({ kind: 'task.debug', id: task.id, debug: sysOf(task).settings() })
}

export function setTrace(task: Task, on: boolean): void {
  task.runner.samples.flush(task)
  sysOf(task).trace = on
  task.executor.trace?.(task, on)
  tellDebug(task)
}

export function setLog(task: Task, size: number): void {
  const sys = sysOf(task)
  const wanted = Math.min(Math.max(0, Math.floor(size)), mostLogged)
  if (wanted === 0) sys.log = undefined
  else sys.log = sys.log?.resized(wanted) ?? createEventLog(wanted)
  task.runner.sys.listen(task)
  tellDebug(task)
}

export function readLog(task: Task) {
  return task.sys?.log?.read() ?? { size: 0, events: [], dropped: 0 }
}

export function logToFile(task: Task, path: string, reply: ControlReply): void {
  if (!isAbsolute(path)) {
    reply.refused('the file needs a whole path')
    return
  }
  const sys = sysOf(task)
  stopFile(task)
  const file = task.runner.sys.openFile(path, {
    opened: () => reply.effective(`every event goes to ${path}`),
    failed(reason) {
      reply.refused(reason)
      if (sys.file !== file) return
      sys.file = undefined
      task.runner.sys.listen(task)
      tellDebug(task)
    },
  })
  sys.file = file
  task.runner.sys.listen(task)
  tellDebug(task)
}

export function stopFile(task: Task): boolean {
  const { sys } = task
  if (sys?.file === undefined) return false
  sys.file.close()
  sys.file = undefined
  task.runner.sys.listen(task)
  tellDebug(task)
  return true
}

/** `no_debug`: takes off trace, log, file and debug functions. Breakpoints belong to the host and stay. */
export function clearDebug(task: Task): void {
  const { sys } = task
  if (sys === undefined) return
  for (const id of [...sys.hooks.keys()]) removeHook(task, id)
  if (sys.trace) setTrace(task, false)
  sys.log = undefined
  sys.file?.close()
  sys.file = undefined
  task.runner.sys.listen(task)
  tellDebug(task)
}
