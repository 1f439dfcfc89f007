/**
 * Why a row is as it is, as its Why column reads: the cause, then its detail. One function for every view, pure: the
 * same row at the same time reads the same everywhere. A wish that is still open speaks first, in the tone of the state
 * that was asked for, and never as if it were there already.
 */
import { actorText } from './actor.ts'
import type { ControlName, ControlRecord } from './control.ts'
import { agoText } from './duration.ts'
import type { Hold } from './hold.ts'
import { isTerminal, type LifecycleState } from './lifecycle.ts'
import { timeoutCode } from './outcome.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from './row.ts'

/** A cause with the tone of the state it speaks of; without a tone it is plain. */
export interface WhyText {
  readonly text: string
  readonly detail?: string
  readonly tone?: LifecycleState
}

const nothing: WhyText = { text: '' }

/**
 * @param now milliseconds since the Unix epoch
 * @param liveChildren how many tasks right under it have not ended, where the caller knows
 */
export function whyOf(row: Row, now: number, liveChildren = 0): WhyText {
  const wish = row.control === undefined ? undefined : whyOfWish(row, row.control, now)
  if (wish !== undefined) return wish
  return isTaskRow(row) ? whyOfTask(row, now, liveChildren) : whyOfNode(row)
}

function whyOfWish(row: Row, control: ControlRecord, now: number): WhyText | undefined {
  const { request, acknowledgedAt, refusedAt, refusal, effectiveAt, noAnswerAt } = control
  const { verb } = request.command
  const name = wishName(verb)
  if (effectiveAt !== undefined || name === undefined) return undefined
  if (refusedAt !== undefined) return why(`${name} refused`, refusal, 'failed')
  // What a task did not do before it ended it will not do any more.
  if (isTaskRow(row) && isTerminal(row.state) && verb !== 'retry') return undefined
  const detail = isTaskRow(row) ? detailOfWish(row, control, now) : undefined
  if (acknowledgedAt === undefined && noAnswerAt !== undefined) {
    return why(`no answer to ${name} for ${agoText(now - request.requestedAt)}`, detail, 'failed')
  }
  const text =
    verb === 'cancel' && acknowledgedAt !== undefined
      ? `cancel acknowledged ${agoText(now - acknowledgedAt)}`
      : `${name} requested ${agoText(now - request.requestedAt)}`
  return why(text, detail, toneOf(verb))
}

/** What a person waits for while a wish is open. */
function detailOfWish(row: TaskRow, control: ControlRecord, now: number): string | undefined {
  const { verb } = control.request.command
  if (verb === 'cancel') {
    if (control.acknowledgedAt === undefined) return undefined
    const alive = row.stillRunning !== undefined || (row.checkpoint?.at ?? 0) > control.acknowledgedAt
    if (alive) return 'still showing life'
    return row.state === 'cancelling' ? 'cleaning up' : undefined
  }
  if (verb !== 'suspend' && verb !== 'step') return undefined
  if (row.checkpoint !== undefined) return `last checkpoint ${agoText(now - row.checkpoint.at)}`
  return row.isolation === undefined || row.isolation === 'inline' ? 'no checkpoint yet' : undefined
}

function wishName(verb: ControlName): string | undefined {
  switch (verb) {
    case 'getState':
    case 'getStatus':
    case 'getStatistics':
    case 'log':
    case 'logToFile':
    case 'trace':
    case 'install':
    case 'remove':
    case 'noDebug':
    case 'setBreakpoint':
    case 'removeBreakpoint':
    case 'takeStack':
    case 'start':
      return undefined
    case 'replaceState':
      return 'change of state'
    default:
      return verb
  }
}

function toneOf(verb: ControlName): LifecycleState | undefined {
  switch (verb) {
    case 'suspend':
    case 'step':
    case 'freeze':
      return 'suspended'
    case 'resume':
    case 'thaw':
    case 'retry':
      return 'running'
    case 'cancel':
    case 'terminate':
      return 'cancelling'
    case 'kill':
    case 'stop':
    case 'crash':
      return 'failed'
    default:
      return undefined
  }
}

function whyOfTask(row: TaskRow, now: number, liveChildren: number): WhyText {
  const ended = isTerminal(row.state)
  if (row.stillRunning !== undefined) return whyOfLife(row, row.stillRunning, now)
  const hold = row.holds.findLast((each) => each.effectiveAt !== undefined)
  if (row.state === 'suspended' && hold !== undefined) return whyOfHold(row, hold, now)
  if (!ended && hold?.how === 'frames') {
    return why(`frames held ${agoText(now - (hold.effectiveAt ?? hold.requestedAt))}`, undefined, 'suspended')
  }
  if (row.state === 'cancelling') return whyOfCancelling(row, now)
  if (!ended && row.phase === 'draining') return why('its function has ended, its children have not')
  if (row.state === 'input_required' && row.questions > 1) return why(`asks ${row.questions} questions`)
  if (row.state === 'input_required' && row.questions > 0) return row.why ?? why('asks a question')
  if (row.state === 'failed' && row.failure === 'timeout' && row.timeoutMs !== undefined) {
    return why(`timeout after ${agoText(row.timeoutMs)} running`, minus(timeoutCode))
  }
  if (row.state === 'running' && row.why === undefined) return why(row.progress?.message ?? childrenText(liveChildren))
  // A cancel without a reason of its own gives who asked for it as its reason; once is enough.
  if (row.why?.detail === `cancelled ${row.why?.text}`) return why(row.why.text)
  return row.why ?? nothing
}

/** Whether its code waits for them nobody told; that they are there is known. */
function childrenText(live: number): string {
  if (live === 0) return ''
  return live === 1 ? '1 child is not done' : `${live} children are not done`
}

/** It has ended, or is said to have, and yet its work goes on. */
function whyOfLife(row: TaskRow, life: NonNullable<TaskRow['stillRunning']>, now: number): WhyText {
  const age = agoText(now - life.since)
  if (row.state === 'cancelled' || row.state === 'cancelling') {
    const said = life.text.startsWith('still showing life') ? life.text : `still showing life: ${life.text}`
    return why(`cancel acknowledged ${age}`, said, 'cancelling')
  }
  const sign = life.lastSign > life.since ? `, last sign ${agoText(now - life.lastSign)} ago` : ''
  const text = row.failure === 'abandoned' ? `abandoned ${age} ago` : 'its work goes on'
  return why(text, `${life.text}${sign}`, 'cancelling')
}

function whyOfHold(row: TaskRow, hold: Hold, now: number): WhyText {
  const others = row.holds.length - 1
  const more = others === 0 ? undefined : others === 1 ? 'one more hold' : `${others} more holds`
  const detail = [placeOf(row, hold), more].filter((part) => part !== undefined).join(', ')
  const seconds = Math.floor((now - (hold.effectiveAt ?? hold.requestedAt)) / 1000)
  const age = seconds < 1 ? 'just now' : `${agoText(seconds * 1000)} ago`
  return why(`by ${actorText(hold.owner)} ${age}`, detail === '' ? undefined : detail)
}

function placeOf(row: TaskRow, hold: Hold): string | undefined {
  if (hold.at === undefined) return undefined
  if (hold.at === row.checkpoint?.label) return `at checkpoint ${hold.at}`
  // The source words a place that is no checkpoint better than we could: "before its start".
  return row.why?.detail ?? `at ${hold.at}`
}

function whyOfCancelling(row: TaskRow, now: number): WhyText {
  const reason = row.why?.detail === undefined ? '' : `${row.why.detail}, `
  const detail = `${reason}cleaning up for ${agoText(now - row.stateAt)}`
  switch (row.cause) {
    case 'timeout':
      return why('ran out of its time', detail)
    case 'parent':
      return why('its parent was cancelled', detail)
    case 'supervisor':
      return why('its supervisor stops it', detail)
    default:
      return why(row.why?.text ?? 'cancel was requested', detail)
  }
}

function whyOfNode(row: NodeRow): WhyText {
  if (row.why !== undefined) return row.why
  if (row.node !== 'supervisor') return nothing
  const { strategy, restarts, intensity } = row.facts
  if (typeof restarts === 'number' && restarts > 0) {
    const left = typeof intensity === 'number' ? leftText(Math.max(0, intensity - restarts)) : undefined
    return why(restarts === 1 ? 'restarted a child once' : `restarted children ${restarts} times`, left)
  }
  return typeof strategy === 'string' ? why(strategy.replaceAll('_', ' ')) : nothing
}

function leftText(restarts: number): string {
  return restarts === 1 ? 'one restart left' : `${restarts} restarts left`
}

function minus(code: number): string {
  return String(code).replace('-', '\u2212')
}

function why(text: string, detail?: string, tone?: LifecycleState): WhyText {
  return { text, ...(detail === undefined ? {} : { detail }), ...(tone === undefined ? {} : { tone }) }
}
