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
import type { InputAnswer, InputQuestion } from '../../model/input-question.ts'
import { isTerminal, type LifecycleState } from '../../model/lifecycle.ts'
import type { Offer } from '../../model/node.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { StartOptions, Toolbox, ToolWork } from './tool-work.ts'

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
  const starting = new Map<ControlId, SourceWork>()
  const running = new Map<NodeId, SourceWork>()
  let controls = 0

  function ask(target: NodeKey, command: ControlVerb, reason?: string): ControlId {
    controls += 1
    const id = controlId(`mcp-${controls}`)
    const request = { id, target, by: client, requestedAt: options.clock.now(), command }
    // The source may answer before it returns; who asked must be known by then.
    pending?.(id)
    options.control(reason === undefined ? request : { ...request, reason })
    return id
  }
  let pending: ((id: ControlId) => void) | undefined

  return {
    tools: options.offers,
    start(tool, input, startOptions: StartOptions = {}) {
      const work = new SourceWork(tool, (id, command, reason) => ask(nodeKey(options.source, id), command, reason))
      pending = (id) => starting.set(id, work)
      const { traceparent } = startOptions
      ask(options.node, { verb: 'start', offer: tool, input, ...(traceparent !== undefined && { traceparent }) })
      pending = undefined
      return work
    },
    see(event) {
      if (event.source !== options.source) return
      if (event.kind === 'control.refused') {
        starting.get(event.control)?.refused(event.reason)
        starting.delete(event.control)
      } else if (event.kind === 'task.created' && event.control !== undefined) {
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

type Ask = (id: NodeId, command: ControlVerb, reason?: string) => void

class SourceWork implements ToolWork {
  readonly tool: string
  state: LifecycleState = 'pending'
  message: string | undefined = undefined
  progress: Progress | undefined = undefined
  outcome: Outcome | undefined = undefined
  readonly #ask: Ask
  readonly #questions = new Map<string, InputQuestion>()
  readonly #listeners = new Set<() => void>()
  #id: NodeId | undefined
  #cancel: string | undefined

  constructor(tool: string, ask: Ask) {
    this.tool = tool
    this.#ask = ask
  }

  get questions(): readonly InputQuestion[] {
    return [...this.#questions.values()]
  }

  onChange(listener: () => void): Dispose {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  answer(requestId: string, answer: InputAnswer): void {
    if (this.#id !== undefined) this.#ask(this.#id, { verb: 'answer', requestId, answer })
  }

  cancel(reason: string): void {
    if (this.outcome !== undefined) return
    if (this.#id === undefined) this.#cancel = reason
    else this.#ask(this.#id, { verb: 'cancel' }, reason)
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
        this.#questions.set(event.question.requestId, event.question)
        this.#changed()
        break
      case 'task.answered':
        this.#questions.delete(event.requestId)
        this.#changed()
        break
      default:
    }
  }

  #end(state: 'completed' | 'failed' | 'cancelled', outcome: Outcome): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome
    if (outcome.status === 'failed') this.message = outcome.error.message
    if (outcome.status === 'cancelled') this.message = `cancelled by ${actorText(outcome.by)}: ${outcome.reason}`
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
  const cause = [why?.text, why?.detail].filter((part) => part !== undefined && part !== '').join(', ')
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

function progressText({ current, total, message }: Progress): string {
  const count = total === undefined ? String(current) : `${current} of ${total}`
  return message === undefined || message === '' ? count : `${message} (${count})`
}
