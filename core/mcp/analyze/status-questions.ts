/**
 * The questions that a modern task lists in its status, or with which a call is answered, for whoever only watches: each
 * is told once, and answered when the client's answer was acknowledged or the task no longer lists it.
 */
import type { InputAnswer } from '../../model/input-question.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import { BoundedMap } from '../wire/bounded.ts'
import type { RequestSighting } from '../wire/conversation.ts'
import { isRecord, recordAt, stringAt } from '../wire/json-record.ts'
import { formOf } from './question.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'

interface Listed {
  /** Told and not answered, by key; with the request that answers it, once that was sent. */
  readonly open: Map<string, RequestSighting | undefined>
  /** Once answered, keys are never used again, so one that comes back is no new question. */
  readonly seen: Set<string>
}

/** A task that invents keys without end does not fill the memory. */
const maxKeys = 1000

export class StatusQuestions {
  readonly #context: TaskEventContext
  readonly #listed = new BoundedMap<TaskEntry, Listed>()

  constructor(context: TaskEventContext) {
    this.#context = context
  }

  /** Takes the newest status of a task, or what a call was answered with. */
  saw(entry: TaskEntry, snapshot: Pick<TaskSnapshot, 'status' | 'inputRequests'>, at: number): void {
    const wanted = snapshot.status === 'input_required' ? snapshot.inputRequests : {}
    // A notice may leave the questions out.
    if (wanted === undefined) return
    const known = this.#listed.get(entry) ?? { open: new Map(), seen: new Set() }
    for (const key of [...known.open.keys()]) if (!Object.hasOwn(wanted, key)) this.#close(entry, key, at)
    for (const [key, request] of Object.entries(wanted)) {
      if (known.seen.has(key) || known.seen.size >= maxKeys || !isRecord(request)) continue
      this.#listed.set(entry, known)
      known.seen.add(key)
      known.open.set(key, undefined)
      const form = formOf(stringAt(request, 'method') ?? '', recordAt(request, 'params') ?? {})
      const question = { requestId: key, ...form, askedAt: at }
      this.#context.emit({ kind: 'task.asked', id: entry.id, question }, at)
    }
  }

  /** The client sends answers. */
  answering(entry: TaskEntry, request: RequestSighting): void {
    const known = this.#listed.get(entry)
    for (const key of keysOf(request)) if (known?.open.has(key) === true) known.open.set(key, request)
  }

  /** They were taken, or refused. */
  answered(entry: TaskEntry, request: RequestSighting, ok: boolean, at: number): void {
    const known = this.#listed.get(entry)
    for (const key of keysOf(request)) {
      if (known?.open.get(key) !== request) continue
      if (ok) this.#close(entry, key, at)
      else known.open.set(key, undefined)
    }
  }

  /** The task has ended, or nobody waits for its answers any more. */
  drop(entry: TaskEntry, at: number): void {
    for (const key of this.#listed.get(entry)?.open.keys() ?? []) this.#close(entry, key, at)
    this.#listed.delete(entry)
  }

  #close(entry: TaskEntry, key: string, at: number): void {
    const known = this.#listed.get(entry)
    const request = known?.open.get(key)
    known?.open.delete(key)
    // An older status may have come late: what is listed again is still asked.
    if (request === undefined) known?.seen.delete(key)
    const by =
      request === undefined ? ({ kind: 'peer', name: 'the server' } as const) : this.#context.answeredBy(request)
    const action = request === undefined ? 'cancel' : actionOf(request, key)
    this.#context.emit({ kind: 'task.answered', id: entry.id, requestId: key, action, by }, at)
  }
}

function keysOf(request: RequestSighting): readonly string[] {
  return Object.keys(recordAt(request.message.params, 'inputResponses') ?? {})
}

/** Only elicitation is declined or cancelled in words; any other response is the answer itself. */
function actionOf(request: RequestSighting, key: string): InputAnswer['action'] {
  const response = recordAt(recordAt(request.message.params, 'inputResponses'), key)
  const action = stringAt(response, 'action')
  return action === 'decline' || action === 'cancel' ? action : 'accept'
}
