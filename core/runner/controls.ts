/** Carries out a control on one of the runner's tasks, living or ended. */

import { actorText } from '../model/actor.ts'
import type { ControlRequest } from '../model/control.ts'
import type { TaskId } from '../model/identity.ts'
import { retry } from './attempts.ts'
import { cancel } from './cancellation.ts'
import type { ControlReply } from './control-reply.ts'
import { answer } from './questions.ts'
import type { RunnerCore } from './runner-core.ts'
import { membersOf, resumeAll, suspendAll } from './subtree.ts'
import { resume, step, suspend } from './suspension.ts'
import { controlSys } from './sys/sys-controls.ts'
import type { Task } from './task.ts'

/** Answers `reply` now or later; `undefined` as id means that the target is no node of this source. */
export function controlTask(runner: RunnerCore, id: TaskId, request: ControlRequest, reply: ControlReply): void {
  const task = runner.live.get(id)
  const guest = runner.guests.get(id)
  if (task !== undefined) controlLiving(task, request, reply)
  else if (guest !== undefined) guest(request, reply)
  else controlEnded(runner, id, request, reply)
}

/** Whether the node is a task in a place of its own, or one inside it: a control of it runs no code on this thread. */
export function isInPlace(runner: RunnerCore, id: TaskId): boolean {
  const task = runner.live.get(id)
  return task === undefined ? runner.guests.has(id) : task.executor.isolation !== 'inline'
}

function controlLiving(task: Task, request: ControlRequest, reply: ControlReply): void {
  const { by, command } = request
  if (task.executor.control?.(task, request, reply) === true) return
  switch (command.verb) {
    case 'suspend':
      if (command.subtree === true) suspendAll(membersOf(task), by, reply)
      else suspend(task, by, reply)
      return
    case 'resume':
      if (command.subtree === true) resumeAll(membersOf(task), by, command.all === true, reply)
      else resume(task, by, command.all === true, reply)
      return
    case 'step':
      step(task, by, reply, command.to)
      return
    case 'cancel':
      cancel(task, { cause: 'cancel', by, reason: request.reason ?? `cancelled by ${actorText(by)}` }, reply)
      return
    case 'answer':
      answer(task, command.requestId, command.answer, by, reply)
      return
    case 'getState':
      task.runner.emit({ kind: 'task.live', id: task.id, value: task.executor.liveState(task) })
      reply.effective()
      return
    case 'terminate': {
      const reason = request.reason ?? `terminated by ${actorText(by)}`
      cancel(task, { cause: 'cancel', restarts: true, by, reason }, reply)
      return
    }
    case 'replaceState':
    case 'getStatus':
    case 'getStatistics':
    case 'log':
    case 'logToFile':
    case 'trace':
    case 'install':
    case 'remove':
    case 'noDebug': {
      const may = task.executor.capabilities[command.verb]
      if (may === true) controlSys(task, command, by, reply)
      else reply.refused(may ?? `a ${task.executor.isolation} task has no ${command.verb}`)
      return
    }
    case 'retry':
      reply.refused('it has not ended')
      return
    default: {
      const capability = task.executor.capabilities[command.verb]
      reply.refused(typeof capability === 'string' ? capability : `a task has no ${command.verb}`)
    }
  }
}

function controlEnded(runner: RunnerCore, id: TaskId, request: ControlRequest, reply: ControlReply): void {
  const ended = runner.history.get(id)
  if (request.command.verb !== 'retry') {
    reply.refused(ended === undefined ? 'no such task' : 'it has ended')
    return
  }
  if (ended === undefined) {
    reply.refused('no such task, or its input is no longer kept')
    return
  }
  if (runner.closed) {
    reply.refused('its runner is closed')
    return
  }
  if (ended.restart?.(request, reply) !== true) reply.effective(`as ${retry(runner, id, ended, { by: request.by }).id}`)
}
