/** The other ways to end something, besides by a kill or a stop, in the words of the ending dialog. Pure. */
import { offer } from '../../core/model/capability.ts'
import { briefDuration } from '../../core/model/duration.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { tasksText } from '../detail/time-text.ts'
import { blastRadius, radiusOfNode } from './blast-radius.ts'
import { everythingText, type KillPlan, killPlan, nodeWord, sinceText, spanReason, withTasks } from './kill-plan.ts'

/** `undefined`: by a kill, or in order. */
export type WayToEnd = 'terminate' | 'crash' | 'restart'

/** @param now milliseconds since the Unix epoch */
export function endingPlan(
  target: Row,
  way: WayToEnd | undefined,
  rows: ReadonlyMap<NodeKey, Row>,
  now: number,
): KillPlan {
  if (isTaskRow(target)) return way === 'terminate' ? terminatePlan(target, rows, now) : killPlan(target, rows, now)
  if (way === 'crash') return crashPlan(target, rows)
  return way === 'restart' ? restartPlan(target, rows) : killPlan(target, rows, now)
}

function terminatePlan(task: TaskRow, rows: ReadonlyMap<NodeKey, Row>, now: number): KillPlan {
  const title = `Terminate ${task.name}?`
  const may = offer(task, 'terminate')
  if (!may.offered) return { title, text: [{ text: `It cannot be terminated: ${may.reason}.` }], choices: [] }
  const radius = blastRadius(task, rows, true)
  const parent = task.parent === undefined ? undefined : rows.get(task.parent)
  const supervisor = parent !== undefined && !isTaskRow(parent) && parent.node === 'supervisor' ? parent : undefined
  return {
    title,
    text: [{ text: `${sinceText(task, now)} It ends after it has unwound.` }],
    choices: [
      {
        id: 'terminate',
        title,
        text: 'Lets it unwind, then ends it.',
        button: radius.ends.length > 1 ? `Terminate ${tasksText(radius.ends.length)}` : `Terminate ${task.name}`,
        danger: true,
        target: task.key,
        command: { verb: 'terminate' },
        radius,
        restarts:
          supervisor === undefined
            ? 'nothing: no supervisor looks after it'
            : `${task.name} by ${supervisor.name}, unless it is a temporary child`,
        reason: { hint: 'Reason; “normal” and “shutdown” count as no failure', otherwise: 'terminated' },
      },
    ],
  }
}

function crashPlan(host: NodeRow, rows: ReadonlyMap<NodeKey, Row>): KillPlan {
  const title = `Crash ${host.name}?`
  const may = offer(host, 'crash')
  if (!may.offered) return { title, text: [{ text: `It cannot be crashed: ${may.reason}.` }], choices: [] }
  const radius = radiusOfNode(host, rows)
  return {
    title,
    text: [...everythingText(host, radius), { text: ' Nothing is cleaned up, as in a real crash.' }],
    choices: [
      {
        id: 'crash',
        title,
        text: 'Ends its process at once, as a crash.',
        button: withTasks('Crash host', radius),
        danger: true,
        target: host.key,
        command: { verb: 'crash' },
        radius,
        restarts: `${host.name} by itself${limitText(host)}`,
      },
    ],
  }
}

/** ", at most 3 times in 5 s", where it is known. */
function limitText({ facts: { intensity, periodMs } }: NodeRow): string {
  if (typeof intensity !== 'number' || typeof periodMs !== 'number') return ''
  return `, at most ${intensity === 1 ? 'once' : `${intensity} times`} in ${briefDuration(periodMs)}`
}

function restartPlan(node: NodeRow, rows: ReadonlyMap<NodeKey, Row>): KillPlan {
  const title = `Restart ${node.name}?`
  const may = offer(node, 'restart')
  if (!may.offered) return { title, text: [{ text: `It cannot be restarted: ${may.reason}.` }], choices: [] }
  const radius = radiusOfNode(node, rows)
  const word = nodeWord(node)
  return {
    title,
    text: [...everythingText(node, radius), { text: ' Tasks are cancelled and may clean up first.' }],
    choices: [
      {
        id: 'restart',
        title,
        text: 'Cancels its tasks, waits for their cleanup, then starts it anew.',
        button: radius.ends.length === 0 ? `Restart ${word}` : `Restart ${word}, end ${tasksText(radius.ends.length)}`,
        danger: true,
        target: node.key,
        command: { verb: 'restart' },
        radius,
        restarts: restartsText(node),
        reason: spanReason,
      },
    ],
  }
}

function restartsText({ node, name }: NodeRow): string {
  if (node === 'host') return `${name}, with what its module starts by itself`
  return node === 'supervisor' ? `${name}, with the children that it starts` : name
}
