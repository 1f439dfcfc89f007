/**
 * Why a row is as it is, as its Why column reads: the cause, then its detail. One function for every view, pure: the
 * same row at the same time reads the same everywhere. A wish that is still open speaks first, in the tone of the state
 * that was asked for, and never as if it were there already.
 */
import { actorText } from './actor.ts'
import type { ControlName, ControlRecord } from './control.ts'
import { agoText } from './duration.ts'
import type { Why } from './event.ts'
import type { Hold } from './hold.ts'
import { isTerminal, type LifecycleState } from './lifecycle.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from './row.ts'

/** A cause with the tone of the state it speaks of; without a tone it is plain. */
export interface WhyText {
  readonly text: string
  readonly detail?: string
  readonly tone?: LifecycleState
}

const nothing: WhyText = { text: '' }

/** @param now milliseconds since the Unix epoch */
export function whyOf(row: Row, now: number): WhyText {
  const wish = row.control === undefined ? undefined : whyOfWish(row, row.control, now)
  if (wish !== undefined) return wish
  return isTaskRow(row) ? whyOfTask(row, now) : whyOfNode(row)
}

function whyOfWish(row: Row, control: ControlRecord, now: number): WhyText | undefined {
  const { request, acknowledgedAt, refusedAt, refusal, effectiveAt, noAnswerAt } = control
  const { verb } = request.command
  if (effectiveAt !== undefined) return undefined
  const name = wishName(verb)
  if (name === undefined) return undefined
  if (refusedAt !== undefined) {
    return { text: `${name} refused`, ...(refusal === undefined ? {} : { detail: refusal }), tone: 'failed' }
  }
  const age = agoText(now - request.requestedAt)
  if (noAnswerAt !== undefined && acknowledgedAt === undefined) {
    return { text: `no answer to ${name} for ${age}`, tone: 'failed' }
  }
  const tone = toneOf(verb)
  const detail = isTaskRow(row) ? detailOfWish(row, verb, now) : undefined
  return {
    text: `${name} requested ${age}`,
    ...(detail === undefined ? {} : { detail }),
    ...(tone === undefined ? {} : { tone }),
  }
}

/** What a person waits for while a wish is open. */
function detailOfWish(row: TaskRow, verb: ControlName, now: number): string | undefined {
  if (verb === 'cancel' && row.state === 'cancelling') return 'still cleaning up'
  if (verb !== 'suspend' && verb !== 'step') return undefined
  if (row.checkpoint !== undefined) return `last checkpoint ${agoText(now - row.checkpoint.at)}`
  return row.isolation === undefined || row.isolation === 'inline' ? 'no checkpoint reached yet' : undefined
}

function wishName(verb: ControlName): string | undefined {
  switch (verb) {
    case 'getState':
    case 'takeStack':
    case 'start':
      return undefined
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
      return 'cancelling'
    case 'kill':
    case 'stop':
      return 'failed'
    default:
      return undefined
  }
}

function whyOfTask(row: TaskRow, now: number): WhyText {
  if (row.stillRunning !== undefined) {
    return {
      text: row.state === 'cancelling' ? 'cancel acknowledged, still showing life' : 'work goes on',
      detail: row.stillRunning.text,
    }
  }
  const hold = row.holds.findLast((each) => each.effectiveAt !== undefined)
  if (row.state === 'suspended' && hold !== undefined) return whyOfHold(hold, now)
  if (!isTerminal(row.state) && hold?.how === 'frames') {
    return { text: `frames held ${agoText(now - (hold.effectiveAt ?? hold.requestedAt))}`, tone: 'suspended' }
  }
  if (row.state === 'cancelling') return whyOfCancelling(row, now)
  if (row.phase === 'draining' && !isTerminal(row.state))
    return { text: 'its function has ended, its children have not' }
  if (row.state === 'input_required' && row.questions > 0) {
    return { text: row.questions === 1 ? 'asks a question' : `asks ${row.questions} questions` }
  }
  if (row.state === 'failed' && row.failure === 'timeout' && row.timeoutMs !== undefined) {
    return { text: `timeout after ${agoText(row.timeoutMs)} running`, detail: '\u221232009' }
  }
  if (row.state === 'running' && row.why === undefined && row.progress?.message !== undefined) {
    return { text: row.progress.message }
  }
  return plain(row.why)
}

function whyOfHold(hold: Hold, now: number): WhyText {
  const since = hold.effectiveAt ?? hold.requestedAt
  const place = hold.at === undefined ? undefined : `${hold.how === 'checkpoint' ? 'at checkpoint' : 'in'} ${hold.at}`
  return {
    text: `by ${actorText(hold.owner)} ${agoText(now - since)} ago`,
    ...(place === undefined ? {} : { detail: place }),
  }
}

function whyOfCancelling(row: TaskRow, now: number): WhyText {
  const age = agoText(now - row.stateAt)
  switch (row.cause) {
    case 'timeout':
      return { text: 'ran out of its time', detail: `cleaning up for ${age}` }
    case 'parent':
      return { text: 'its parent was cancelled', detail: `cleaning up for ${age}` }
    case 'supervisor':
      return { text: 'its supervisor stops it', detail: `cleaning up for ${age}` }
    default:
      return { text: row.why?.text ?? 'cancel acknowledged', detail: `cleaning up for ${age}` }
  }
}

function whyOfNode(row: NodeRow): WhyText {
  if (row.why !== undefined) return plain(row.why)
  if (row.node !== 'supervisor') return nothing
  const { strategy, restarts, intensity } = row.facts
  if (typeof restarts === 'number' && restarts > 0) {
    return {
      text: restarts === 1 ? 'restarted a child once' : `restarted children ${restarts} times`,
      ...(typeof intensity === 'number' ? { detail: `${Math.max(0, intensity - restarts)} restarts left` } : {}),
    }
  }
  return typeof strategy === 'string' ? { text: strategy.replaceAll('_', ' ') } : nothing
}

function plain(why: Why | undefined): WhyText {
  return why ?? nothing
}
