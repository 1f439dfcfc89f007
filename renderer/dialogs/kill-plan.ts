/**
 * What the ending dialog says and offers for one node, in words, before anything is drawn. Each choice names its
 * verb, whom it is sent to, and the text of the button that does it.
 */
import { offer } from '../../core/model/capability.ts'
import type { ControlVerb } from '../../core/model/control.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { durationText, tasksText } from '../detail/time-text.ts'
import { type BlastRadius, blastRadius, namesText, radiusOfNode } from './blast-radius.ts'

export interface KillChoice {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly button: string
  readonly danger: boolean
  readonly target: NodeKey
  readonly command: ControlVerb
  readonly radius: BlastRadius
  /** What starts again by itself, or how to start it. */
  readonly restarts: string
  /** Absent where nothing would keep a reason. `otherwise` is sent when a person gives none. */
  readonly reason?: { readonly hint: string; readonly otherwise?: string }
}

export const spanReason = { hint: 'Reason, written to the span' } as const

/** A stretch of a sentence; what it is about stands out. */
export interface TextPart {
  readonly text: string
  readonly strong?: true
}

export interface KillPlan {
  readonly title: string
  readonly text: readonly TextPart[]
  /** The last one is chosen at first: it is what was asked for. Empty when nothing can be done. */
  readonly choices: readonly KillChoice[]
}

/** @param now milliseconds since the Unix epoch */
export function killPlan(target: Row, rows: ReadonlyMap<NodeKey, Row>, now: number): KillPlan {
  return isTaskRow(target) ? taskPlan(target, rows, now) : nodePlan(target, rows)
}

function taskPlan(task: TaskRow, rows: ReadonlyMap<NodeKey, Row>, now: number): KillPlan {
  const alone = offer(task, 'kill')
  const whole = blastRadius(task, rows, false)
  const { host } = whole
  const choices: KillChoice[] = []
  if (offer(task, 'cancel').offered) {
    choices.push({
      id: 'cancel',
      title: 'Cancel it instead',
      text: 'Asks it to stop and lets it clean up. Others go on.',
      button: `Cancel ${task.name}`,
      danger: false,
      target: task.key,
      command: { verb: 'cancel' },
      radius: blastRadius(task, rows, true),
      restarts: 'nothing: what a person ends is not started again',
      reason: spanReason,
    })
  }
  const server = host?.node === 'connection'
  if (alone.offered && !server) {
    const radius = blastRadius(task, rows, true)
    choices.push({
      id: 'kill',
      title: `Kill ${task.name}`,
      text: 'Ends it now, without cleanup.',
      button: radius.ends.length > 1 ? `Kill ${tasksText(radius.ends.length)}` : `Kill ${task.name}`,
      danger: true,
      target: task.key,
      command: { verb: 'kill' },
      radius,
      restarts: 'nothing: what a person ends is not started again',
      reason: spanReason,
    })
  } else if (host !== undefined && offer(host, 'kill').offered) {
    choices.push(endNow(host, whole))
  } else if (host !== undefined && offer(host, 'stop').offered) {
    choices.push(stopInOrder(host, whole))
  }
  return {
    title: `Kill ${task.name}?`,
    text: [{ text: `${sinceText(task, now)} ` }, ...whyNotAlone(task, host)],
    choices,
  }
}

/** "It has been running for 3.4 s." */
export function sinceText(task: TaskRow, now: number): string {
  const state = task.state === 'input_required' ? 'waiting for input' : task.state
  return `It has been ${state} for ${durationText(now - task.stateAt)}.`
}

function whyNotAlone(task: TaskRow, host: NodeRow | undefined): readonly TextPart[] {
  const alone = offer(task, 'kill')
  if (alone.offered && host?.node !== 'connection') return [{ text: 'It can be ended alone.' }]
  if (host === undefined) {
    return [{ text: alone.offered ? 'It can be ended alone.' : `It cannot be killed: ${alone.reason}.` }]
  }
  const ends = [{ text: host.name, strong: true as const }, { text: `${pidText(host)} ends with everything in it.` }]
  return host.node === 'connection'
    ? [{ text: 'Only its server can be ended: ' }, ...ends]
    : [{ text: 'It runs inline, so it cannot be killed alone: its host ' }, ...ends]
}

function nodePlan(node: NodeRow, rows: ReadonlyMap<NodeKey, Row>): KillPlan {
  const radius = radiusOfNode(node, rows)
  const choices: KillChoice[] = []
  if (offer(node, 'kill').offered) choices.push(endNow(node, radius))
  if (offer(node, 'stop').offered) {
    choices.push(stopInOrder(node, radius))
  }
  return {
    title: `Stop ${node.name}?`,
    text: everythingText(node, radius),
    choices,
  }
}

/** What the end of a host or server takes with it, as a sentence. */
export function everythingText(node: NodeRow, { ends }: BlastRadius): readonly TextPart[] {
  return [
    { text: ends.length === 0 ? 'No task is live in ' : 'Everything that runs in ' },
    { text: node.name, strong: true },
    { text: ends.length === 0 ? `${pidText(node)}.` : `${pidText(node)} ends with it.` },
  ]
}

function stopInOrder(node: NodeRow, radius: BlastRadius): KillChoice {
  const word = nodeWord(node)
  return {
    id: 'stop',
    title: `Stop ${word} ${node.name}`,
    text:
      node.node === 'supervisor'
        ? 'Cancels its tasks and waits for their cleanup.'
        : 'Cancels its tasks, waits for their cleanup, then ends the process.',
    button: withTasks(`Stop ${word}`, radius),
    danger: true,
    target: node.key,
    command: { verb: 'stop' },
    radius,
    restarts: restartText(node),
    reason: spanReason,
  }
}

function endNow(host: NodeRow, radius: BlastRadius): KillChoice {
  const word = nodeWord(host)
  return {
    id: 'end',
    title: `End ${word} ${host.name}`,
    text: 'Sends SIGKILL now, without cleanup.',
    button: withTasks(`End ${word}`, radius),
    danger: true,
    target: host.key,
    command: { verb: 'kill' },
    radius,
    restarts: restartText(host),
    reason: spanReason,
  }
}

export function nodeWord(node: NodeRow): string {
  return node.node === 'connection' ? 'server' : node.node
}

export function withTasks(text: string, { ends }: BlastRadius): string {
  return ends.length === 0 ? text : `${text} and ${tasksText(ends.length)}`
}

function restartText(host: NodeRow): string {
  return `nothing by itself; ${host.node === 'host' ? 'Reload' : 'Restart'} starts ${host.name} again`
}

function pidText(host: NodeRow | undefined): string {
  const pid = host?.facts.pid
  return typeof pid === 'number' ? ` (pid ${pid})` : ''
}

/** The rows of the list: what ends, what starts again, what is lost, what goes on. */
export function radiusFacts(
  choice: KillChoice,
): readonly { readonly name: string; readonly strong: string; readonly rest: string }[] {
  const { ends, lost, beside, goesOn, host } = choice.radius
  const stay = beside === 0 ? [] : [`${tasksText(beside)} of ${host?.name ?? 'the same source'}`]
  return [
    {
      name: 'Ends with it',
      strong: ends.length === 0 ? 'no live task' : `${ends.length} live ${ends.length === 1 ? 'task' : 'tasks'}`,
      rest: namesText(ends.map((row) => row.name)),
    },
    { name: 'Restarts', strong: '', rest: choice.restarts },
    {
      name: 'Is lost',
      strong: lost.length === 0 ? '' : namesText(lost, 3),
      rest: lost.length === 0 ? 'no progress that was told' : '',
    },
    {
      name: 'Goes on',
      strong: namesText([...stay, ...goesOn]),
      rest: stay.length + goesOn.length === 0 ? 'no other source is open' : '',
    },
  ]
}
