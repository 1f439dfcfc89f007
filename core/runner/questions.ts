/** What tasks ask of people: open questions, their answers, and their own clock. */
import { type Actor, actorText } from '../model/actor.ts'
import type { Dispose } from '../model/dispose.ts'
import { briefDuration } from '../model/duration.ts'
import type { InputAnswer, InputQuestion } from '../model/input-question.ts'
import { breakOnQuestion } from './breakpoints/break-at.ts'
import type { ControlReply } from './control-reply.ts'
import { formatLine } from './format-value.ts'
import { type InputSchema, jsonSchemaOf, type Validated, validateInput } from './input-schema.ts'
import type { Task } from './task.ts'
import type { InputRequest } from './task-context.ts'
import { InputTimedOut } from './task-errors.ts'
import { transition } from './transition.ts'

export interface OpenQuestion {
  readonly question: InputQuestion
  readonly schema: InputSchema | undefined
  /** Lets the asking code go on, now or once it is released. */
  readonly answered: (answer: InputAnswer) => void
  readonly failed: (error: Error) => void
  clock: Dispose | undefined
  /** Its schema lives elsewhere: whoever asked it there judges the answer. */
  readonly forward?: (given: InputAnswer, by: Actor, reply: ControlReply | undefined) => void
}

/** Opens a question: the task waits as `input_required` until none is open. */
export function openQuestion(
  task: Task,
  request: InputRequest,
  answered: OpenQuestion['answered'],
  failed: OpenQuestion['failed'],
): void {
  const { runner } = task
  const schema = jsonSchemaOf(request.schema)
  const question: InputQuestion = {
    requestId: `question-${runner.ids.taskId()}`,
    message: formatLine(request.message),
    ...(schema !== undefined && { schema }),
    askedAt: runner.clock.now(),
  }
  const open: OpenQuestion = { question, schema: request.schema, answered, failed, clock: undefined }
  task.questions ??= new Map()
  task.questions.set(question.requestId, open)
  runner.samples.flush(task)
  runner.emit({ kind: 'task.asked', id: task.id, question })
  if (task.state === 'running') {
    transition(task, 'input_required', { why: { text: 'asks', detail: formatLine(question.message, 200) } })
    if (task.sys !== undefined) breakOnQuestion(task)
  }
  if (request.timeoutMs !== undefined) {
    const { timeoutMs } = request
    open.clock = runner.timers.after(timeoutMs, () => {
      close(task, open, 'cancel', { kind: 'clock' })
      failed(new InputTimedOut(`nobody answered within ${briefDuration(timeoutMs)}`))
    })
  }
}

/** Answers an open question; content that its schema rejects is refused, and the question stays open. */
export function answer(task: Task, requestId: string, given: InputAnswer, by: Actor, reply?: ControlReply): void {
  const open = task.questions?.get(requestId)
  if (open === undefined) {
    reply?.refused('it does not ask that, or no longer')
    return
  }
  if (open.forward !== undefined) {
    open.forward(given, by, reply)
    return
  }
  if (given.action !== 'accept') {
    accept(task, open, given, by, reply)
    return
  }
  let checked: Validated | Promise<Validated>
  try {
    checked = validateInput(open.schema, given.content)
  } catch (thrown) {
    reply?.refused(`its schema could not check the answer: ${formatLine(String(thrown), 200)}`)
    return
  }
  if (checked instanceof Promise) {
    checked.then(
      (result) => acceptChecked(task, open, result, by, reply),
      (thrown: unknown) => reply?.refused(`its schema could not check the answer: ${formatLine(thrown, 200)}`),
    )
  } else acceptChecked(task, open, checked, by, reply)
}

function acceptChecked(task: Task, open: OpenQuestion, checked: Validated, by: Actor, reply?: ControlReply): void {
  if (!checked.valid) {
    reply?.refused(checked.reason)
    return
  }
  if (task.questions?.get(open.question.requestId) !== open) {
    reply?.refused('it no longer asks that')
    return
  }
  accept(task, open, { action: 'accept', content: checked.value }, by, reply)
}

function accept(task: Task, open: OpenQuestion, given: InputAnswer, by: Actor, reply?: ControlReply): void {
  close(task, open, given.action, by, reply)
  open.answered(given)
  reply?.effective()
}

function close(task: Task, open: OpenQuestion, action: InputAnswer['action'], by: Actor, reply?: ControlReply): void {
  forget(task, open, action, by)
  if (task.questions !== undefined || task.state !== 'input_required') return
  const why = by.kind === 'clock' ? 'nobody answered in time' : `answered by ${actorText(by)}`
  const control = reply?.control
  transition(task, 'running', { by, why: { text: why }, ...(control !== undefined && { control }) })
}

function forget(task: Task, open: OpenQuestion, action: InputAnswer['action'], by: Actor): void {
  const { requestId } = open.question
  open.clock?.()
  task.questions?.delete(requestId)
  if (task.questions?.size === 0) task.questions = undefined
  task.runner.emit({ kind: 'task.answered', id: task.id, requestId, action, by })
}

/** Closes what is still open, because nobody will read an answer any more. The asking code is told elsewhere. */
export function withdrawQuestions(task: Task, by: Actor): void {
  if (task.questions === undefined) return
  for (const open of [...task.questions.values()]) forget(task, open, 'cancel', by)
}
