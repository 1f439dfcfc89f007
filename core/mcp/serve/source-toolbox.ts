/**
 * Tools on a source of the model: every call is a `start` control, and what becomes of it is read from the source's
 * events. So a runner in this process and a module in a host are served alike, and a hold or a cancel that a person
 * asks for elsewhere reaches the client as the same facts.
 */
import { type Actor, actorText } from '../../model/actor.ts'
import type { Clock } from '../../model/clock.ts'
import type { ControlRequest, ControlVerb } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { Progress, TaskEvent, Why } from '../../model/event.ts'
import { type ControlId, controlId, type NodeId, type NodeKey, nodeKey, type SourceId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import { isTerminal, type LifecycleState } from '../../model/lifecycle.ts'
import type { Offer } from '../../model/node.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { HoldVerb, StartOptions, Toolbox, ToolWork, WorkQuestion } from './tool-work.ts'

export interface SourceToolboxOptions {
  readonly source: SourceId
  /** The node that offers the tools. */
  readonly node: NodeKey
  readonly offers: () => readonly Offer[]
  readonly control: (request: ControlRequest) => void
  readonly clock: Clock
}

export interface SourceToolbox extends Toolbox {
  /** Takes every event of the source, in order. */
  see(event: TaskEvent): void
}

const client: Actor = { kind: 'peer', name: 'an MCP client' }

export function createSourceToolbox(options: SourceToolboxOptions): SourceToolbox {
  /** What is done when a control is refused. */
  const refusals = new Map<ControlId, (reason: string) => void>()
  const starting = new Map<ControlId, SourceWork>()
  const running = new Map<NodeId, SourceWork>()
  let controls = 0

  function newControl(): ControlId {
    controls += 1
    return controlId(`mcp-${controls}`)
  }

  function ask(id: ControlId, target: NodeKey, command: ControlVerb, reason?: string): void {
    const request = { id, target, by: client, requestedAt: options.clock.now(), command }
    options.control(reason === undefined ? request : { ...request, reason })
  }

  return {
    tools: options.offers,
    start(tool, input, { traceparent }: StartOptions = {}) {
      const work = new SourceWork(tool, (node, command, { reason, refused }) => {
        const id = newControl()
        if (refused !== undefined) refusals.set(id, refused)
        ask(id, nodeKey(options.source, node), command, reason)
      })
      const id = newControl()
      // The source may answer before it returns: who asked must be known by then.
      starting.set(id, work)
      refusals.set(id, (reason) => work.refused(reason))
      ask(id, options.node, { verb: 'start', offer: tool, input, ...(traceparent !== undefined && { traceparent }) })
      return work
    },
    see(event) {
      if (event.kind === 'control.refused') {
        refusals.get(event.control)?.(event.reason)
        refusals.delete(event.control)
        starting.delete(event.control)
      } else if (event.kind === 'control.effective') refusals.delete(event.control)
      else if (event.source !== options.source) return
      else if (event.kind === 'task.created' && event.control !== undefined) {
        const work = starting.get(event.control)
        if (work === undefined) return
        starting.delete(event.control)
        running.set(event.id, work)
        work.created(event.id)
      } else if ('id' in event) {
        const work = running.get(event.id)
        work?.see(event)
        if (work?.outcome !== undefined) running.delete(event.id)
      }
    },
  }
}

interface AskDetails {
  readonly reason?: string
  readonly refused?: (reason: string) => void
}

type Ask = (node: NodeId, command: ControlVerb, details: AskDetails) => void

class SourceWork implements ToolWork {
  readonly tool: string
  state: LifecycleState = 'pending'
  message: string | undefined = undefined
  progress: Progress | undefined = undefined
  outcome: Outcome | undefined = undefined
  readonly #ask: Ask
  readonly #questions = new Map<string, WorkQuestion>()
  readonly #answered = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #id: NodeId | undefined
  #cancel: string | undefined

  constructor(tool: string, ask: Ask) {
    this.tool = tool
    this.#ask = ask
  }

  get questions(): readonly WorkQuestion[] {
    return [...this.#questions.values()].filter(({ requestId }) => !this.#answered.has(requestId))
  }

  onChange(listener: () => void): Dispose {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  answer(requestId: string, answer: InputAnswer): void {
    if (this.#id === undefined || this.#answered.has(requestId)) return
    this.#answered.add(requestId)
    this.#ask(this.#id, { verb: 'answer', requestId, answer }, { refused: () => this.#askAgain(requestId) })
    this.#changed()
  }

  cancel(reason: string): void {
    if (this.outcome !== undefined) return
    if (this.#id === undefined) this.#cancel = reason
    else this.#ask(this.#id, { verb: 'cancel' }, { reason })
  }

  hold(verb: HoldVerb): void {
    if (this.#id !== undefined) this.#ask(this.#id, { verb }, {})
  }

  created(id: NodeId): void {
    this.#id = id
    if (this.#cancel !== undefined) this.cancel(this.#cancel)
  }

  refused(reason: string): void {
    this.#end('failed', { status: 'failed', kind: 'lost', error: { name: 'TaskRefused', message: reason } })
  }

  see(event: TaskEvent): void {
    switch (event.kind) {
      case 'task.state':
        this.message = messageOf(event.to, event.why)
        if (isTerminal(event.to)) this.#end(event.to, event.outcome ?? lostOutcome)
        else this.#changed(event.to)
        break
      case 'task.progress':
        this.progress = event
        if (this.state === 'running') this.message = progressText(event)
        this.#changed()
        break
      case 'task.asked':
        this.#questions.set(event.question.requestId, { ...event.question, round: 1 })
        this.#changed()
        break
      case 'task.answered':
        this.#questions.delete(event.requestId)
        this.#answered.delete(event.requestId)
        this.#changed()
        break
      default:
    }
  }

  #askAgain(requestId: string): void {
    const question = this.#questions.get(requestId)
    if (question === undefined) return
    this.#answered.delete(requestId)
    this.#questions.set(requestId, { ...question, round: question.round + 1 })
    this.#changed()
  }

  #end(state: 'completed' | 'failed' | 'cancelled', outcome: Outcome): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome
    if (outcome.status === 'failed') this.message = outcome.error.message
    if (outcome.status === 'cancelled')
      this.message = `cancelled ${textForClient(`by ${actorText(outcome.by)}`)}: ${outcome.reason}`
    this.#questions.clear()
    this.#changed(state)
  }

  #changed(state = this.state): void {
    this.state = state
    for (const listener of [...this.#listeners]) listener()
  }
}

const lostOutcome: Outcome = {
  status: 'failed',
  kind: 'lost',
  error: { name: 'TaskLost', message: 'its end was told without an outcome' },
}

function messageOf(state: LifecycleState, why: Why | undefined): string | undefined {
  const cause = [textForClient(why?.text), why?.detail].filter((part) => part !== undefined && part !== '').join(', ')
  switch (state) {
    case 'suspended':
      return cause === '' ? 'suspended' : `suspended ${cause}`
    case 'input_required':
      return why?.detail
    case 'cancelling':
      return 'cleaning up after a cancel'
    default:
      return undefined
  }
}

/** The person at the window is not the one who reads this. */
function textForClient(text: string | undefined): string | undefined {
  return text === 'by you' ? 'by a person' : text
}

function progressText({ current, total, message }: Progress): string {
  const count = total === undefined ? String(current) : `${current} of ${total}`
  return message === undefined || message === '' ? count : `${message} (${count})`
}
