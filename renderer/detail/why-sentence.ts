/**
 * Why a node is as it is, in one or two sentences, from what the registry holds and nothing else. The newest
 * unfinished wish comes first: it is what a person waits for.
 */
import { actorText } from '../../core/model/actor.ts'
import { assertNever } from '../../core/model/assert.ts'
import { type ControlRecord, isSettled } from '../../core/model/control.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { Why } from '../../core/model/event.ts'
import type { FailureKind } from '../../core/model/lifecycle.ts'
import type { Outcome } from '../../core/model/outcome.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../core/model/row.ts'
import { statusWord } from '../icons/state-face.ts'
import { durationText } from './time-text.ts'

/** The head above the sentence: "Why it is running", "Why it failed". */
export function whyTitle(row: Row): string {
  if (!isTaskRow(row)) return `Why it is ${statusWord(row.status)}`
  switch (row.state) {
    case 'pending':
    case 'running':
    case 'suspended':
      return `Why it is ${row.state}`
    case 'input_required':
      return 'Why it waits for input'
    case 'cancelling':
      return 'Why it is being cancelled'
    case 'completed':
      return 'How it completed'
    case 'cancelled':
      return 'Why it was cancelled'
    case 'failed':
      return row.failure === 'killed'
        ? 'Why it was killed'
        : row.failure === 'lost'
          ? 'Why it was lost'
          : 'Why it failed'
    default:
      return assertNever(row.state)
  }
}

/** @param now milliseconds since the Unix epoch */
export function whySentence(row: Row, detail: Detail | undefined, now: number): string {
  if (!isTaskRow(row)) return nodeSentence(row)
  const wish =
    detail?.controls.find((control) => !isSettled(control)) ??
    (row.control && !isSettled(row.control) ? row.control : undefined)
  const asked = wish === undefined ? undefined : wishSentence(row, wish, now)
  const life = lifeSentence(row, now)
  const parts = asked === undefined ? [stateSentence(row, detail?.outcome, now)] : [asked]
  if (life !== undefined) parts.push(life)
  return parts.join(' ')
}

/** "By you, 3 s ago" as a sentence of its own: first letter large, full stop at the end. */
function asSentence(why: Why): string {
  const text = why.detail === undefined ? why.text : `${why.text}, ${why.detail}`
  return `${capital(text)}${/[.!?…]$/.test(text) ? '' : '.'}`
}

function wishSentence(row: TaskRow, wish: ControlRecord, now: number): string | undefined {
  const { request } = wish
  const who = actorText(request.by) === 'you' ? 'You' : capital(actorText(request.by))
  const ago = `${durationText(now - request.requestedAt)} ago`
  switch (request.command.verb) {
    case 'suspend': {
      const since = row.checkpoint !== undefined && row.checkpoint.at > request.requestedAt
      const reached =
        row.checkpoint === undefined
          ? 'has reached none yet'
          : since
            ? 'has not been held at one'
            : 'has reached none since'
      const how =
        row.isolation === undefined || row.isolation === 'inline'
          ? ` It runs inline, so it can be held only at a checkpoint, and it ${reached}.`
          : ''
      return `${who} asked it to suspend ${ago}.${how}`
    }
    case 'step':
      return `${who} asked it to step ${ago}. It runs to its next checkpoint and stops there.`
    case 'cancel':
      return row.state === 'cancelling'
        ? `${who} asked it to cancel ${ago}. It knows, and is still cleaning up.`
        : `${who} asked it to cancel ${ago}.`
    case 'resume':
    case 'kill':
      return `${who} asked to ${request.command.verb} it ${ago}.`
    default:
      return undefined
  }
}

function stateSentence(row: TaskRow, outcome: Outcome | undefined, now: number): string {
  const spent = durationText((row.endedAt ?? now) - (row.startedAt ?? row.createdAt))
  switch (row.state) {
    case 'pending':
      return row.why === undefined ? 'It has not started yet.' : asSentence(row.why)
    case 'running':
      if (row.phase === 'draining') return 'Its own function has returned. It stays open until its children have ended.'
      return row.why === undefined ? `Nothing holds it: it has been running for ${spent}.` : asSentence(row.why)
    case 'suspended':
      return suspendedSentence(row, now)
    case 'input_required':
      return row.questions > 0
        ? 'It asks a question and waits for the answer below.'
        : row.why === undefined
          ? 'It says that it needs input.'
          : asSentence(row.why)
    case 'cancelling':
      return cancellingSentence(row)
    case 'completed':
      if (outcome?.status === 'completed' && outcome.afterCancelRequest) {
        return `It completed after ${spent}, after cancel was requested: a value that is returned wins.`
      }
      return row.toolError
        ? `It completed after ${spent}, and its tool reported an error.`
        : `It completed after ${spent}.`
    case 'failed':
      return failedSentence(row.failure ?? 'error', row, outcome, spent)
    case 'cancelled':
      if (outcome?.status !== 'cancelled') return row.why === undefined ? 'It was cancelled.' : asSentence(row.why)
      return cancelledSentence(actorText(outcome.by), outcome.reason)
    default:
      return assertNever(row.state)
  }
}

function suspendedSentence(row: TaskRow, now: number): string {
  const hold = row.holds.findLast((each) => each.effectiveAt !== undefined) ?? row.holds.at(-1)
  if (hold === undefined) return row.why === undefined ? 'It is held.' : asSentence(row.why)
  const owners = row.holds.length === 1 ? '' : ` ${row.holds.length} holds are on it; it goes on when all are released.`
  const you = actorText(hold.owner) === 'you'
  const who = you ? 'You' : capital(actorText(hold.owner))
  const held =
    hold.effectiveAt === undefined
      ? `${you ? 'hold' : 'holds'} it`
      : `${you ? 'have' : 'has'} held it for ${durationText(now - hold.effectiveAt)}`
  const where = hold.at === undefined ? '' : `, at ${hold.how === 'checkpoint' ? 'checkpoint ' : ''}${hold.at}`
  return `${who} ${held}${where}. None of its own code runs.${owners}`
}

function cancellingSentence(row: TaskRow): string {
  switch (row.cause) {
    case 'timeout':
      return `It ran out of its ${row.timeoutMs === undefined ? 'time' : `${durationText(row.timeoutMs)} of running time`} and is cleaning up. It will end as failed.`
    case 'parent':
      return 'Its parent was cancelled, so it is cleaning up.'
    case 'supervisor':
      return 'Its supervisor is stopping it, so it is cleaning up.'
    default:
      return row.why === undefined ? 'It was asked to cancel and is cleaning up.' : asSentence(row.why)
  }
}

function failedSentence(kind: FailureKind, row: TaskRow, outcome: Outcome | undefined, spent: string): string {
  const said = outcome?.status === 'failed' ? outcome.error.message : row.why?.text
  const reason = said === undefined || said === '' ? '' : `: ${said}`
  const cleanup =
    outcome?.status === 'failed' && outcome.duringCancel ? ' It failed while cleaning up after a cancel.' : ''
  switch (kind) {
    case 'error':
      return `It threw an error after ${spent}${reason}.${cleanup}`
    case 'throw':
      return `It threw a value that is no error, after ${spent}${reason}.${cleanup}`
    case 'exit':
      return `It ended without a result, or the process that ran it did, after ${spent}${reason}.`
    case 'timeout':
      return `It ran longer than ${row.timeoutMs === undefined ? 'it may' : `its ${durationText(row.timeoutMs)}`} (code −32009).`
    case 'killed':
      return `It was ended by force after ${spent}${reason}.`
    case 'abandoned':
      return `It did not end within its grace, so the tree let it go. Its function may still run.`
    case 'orphaned':
      return `The process of its parent is gone${reason}.`
    case 'lost':
      return `Nobody can say how it ended${reason}.`
    default:
      return assertNever(kind)
  }
}

/** A source without a reason repeats by whom it was; that is said once. */
function cancelledSentence(by: string, reason: string): string {
  const said = reason === '' || reason === `cancelled by ${by}`
  return said ? `Cancelled by ${by}, without a reason.` : `Cancelled by ${by}: ${reason}.`
}

function lifeSentence(row: TaskRow, now: number): string | undefined {
  const life = row.stillRunning
  if (life === undefined) return undefined
  return `It still shows life, ${durationText(now - life.lastSign)} ago: ${life.text}.`
}

function nodeSentence(row: NodeRow): string {
  if (row.why !== undefined) return asSentence(row.why)
  switch (row.status) {
    case 'opening':
      return 'It is starting.'
    case 'open':
      return row.node === 'supervisor'
        ? 'It watches its children and restarts them by its strategy.'
        : 'It is up and answers.'
    case 'frozen':
      return row.node === 'host'
        ? 'Its main thread stands still: no inline task of it runs until you thaw it.'
        : 'It stands still until you thaw it.'
    case 'closing':
      return 'It is ending its tasks in order.'
    case 'closed':
      return 'It was stopped.'
    case 'failed':
      return 'It could not go on.'
    case 'lost':
      return 'The connection broke and nobody can say what goes on there.'
    default:
      return assertNever(row.status)
  }
}

/** What is more than a plain word, such as a file's name, keeps its letters. */
function capital(text: string): string {
  if (!/^[a-z]+(?:[\s,:;!?…]|\.?$)/.test(text)) return text
  return text.charAt(0).toUpperCase() + text.slice(1)
}
