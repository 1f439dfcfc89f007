/** Controls of a whole subtree: one control, a result per task, told together when every task has given its own. */
import type { Actor } from '../model/actor.ts'
import type { NodeId } from '../model/identity.ts'
import { isUnder } from './breakpoints/breakpoint-list.ts'
import type { ControlReply } from './control-reply.ts'
import { isHeld } from './holding.ts'
import type { RunnerCore } from './runner-core.ts'
import { resume, suspend } from './suspension.ts'
import type { Task } from './task.ts'

const mostNamed = 20

/** A task and everything that lives under it, parents first. */
export function membersOf(task: Task): readonly Task[] {
  const members = [task]
  for (const member of members) members.push(...(member.children ?? []))
  return members
}

/** Every living task under a node that is no task, in order of creation. */
export function membersUnder(runner: RunnerCore, id: NodeId): readonly Task[] {
  return [...runner.live.values()].filter((task) => isUnder(task, id))
}

export function suspendAll(members: readonly Task[], by: Actor, reply: ControlReply): void {
  const gather = gatherReplies(members, 'held', reply)
  for (const member of members) suspend(member, by, gather(member))
}

/** Tasks that nobody holds are left out: there is nothing to release. */
export function resumeAll(members: readonly Task[], by: Actor, all: boolean, reply: ControlReply): void {
  const held = members.filter(isHeld)
  if (held.length === 0) {
    reply.refused('none of them is held')
    return
  }
  const gather = gatherReplies(held, 'released', reply)
  for (const member of held) resume(member, by, all, gather(member))
}

/** Makes the reply of each member; the last one to come settles the whole. */
function gatherReplies(members: readonly Task[], word: string, reply: ControlReply): (member: Task) => ControlReply {
  const results: string[] = []
  let done = 0
  let open = members.length
  if (open === 0) reply.refused('there is no living task')

  function settle(member: Task, result: string, good: boolean): void {
    if (good) done += 1
    if (results.length < mostNamed) results.push(`${nameOf(member)} ${result}`)
    open -= 1
    if (open > 0) return
    const more = members.length > mostNamed ? `; ${members.length - mostNamed} more` : ''
    const text = `${word} ${done} of ${members.length}: ${results.join('; ')}${more}`
    if (done > 0) reply.effective(text)
    else reply.refused(text)
  }
  return (member) => ({
    ...(reply.control !== undefined && { control: reply.control }),
    effective: (effect) => settle(member, effect ?? word, true),
    refused: (reason) => settle(member, `refused: ${reason}`, false),
  })
}

function nameOf(task: Task): string {
  return task.label === undefined ? task.name : `${task.name} ${task.label}`
}
