/**
 * One supervisor of tasks as a node of the tree: its strategy and budget are facts, its children are kept by the rules
 * of `core/supervisor`, and every restart is a new, linked attempt.
 */
import { actorText } from '../model/actor.ts'
import type { Capabilities } from '../model/capability.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Why } from '../model/event.ts'
import type { NodeId } from '../model/identity.ts'
import type { NodeStatus, Offer } from '../model/node.ts'
import type { Child, ChildSpec, Shutdown } from '../supervisor/child-spec.ts'
import {
  type ChildStatus,
  createSupervisor,
  defaultIntensity,
  defaultPeriodMs,
  graceOf,
  type Refusal,
  type Supervisor,
  type SupervisorReport,
} from '../supervisor/supervisor.ts'
import type { ControlReply } from './control-reply.ts'
import { isSupervisorDefinition, type SupervisedTask, type SupervisorDefinition } from './define-supervisor.ts'
import { offerOf } from './define-task.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import type { RunnerCore } from './runner-core.ts'
import { RunnerHandle } from './runner-handle.ts'
import { SupervisedChild } from './supervised-child.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'
import { SupervisorTeller } from './supervisor-teller.ts'
import { TaskRefused } from './task-errors.ts'
import type { ControlResult, TaskHandle } from './task-handle.ts'

const capabilities: Capabilities = Object.freeze({
  start: true,
  stop: true,
  restart: true,
  suspend: true,
  resume: true,
})
const taskShutdownMs = 5000

export interface SupervisorNodeSeed {
  readonly runner: RunnerCore
  readonly id: NodeId
  readonly definition: SupervisorDefinition
  readonly parent: NodeId | undefined
  /** The supervisor that keeps this one. */
  readonly owner: SupervisorNode | undefined
  /** Opens a nested supervisor. */
  readonly open: (definition: SupervisorDefinition, by: SupervisorNode) => SupervisorNode
}

export class SupervisorNode implements SupervisorHandle {
  readonly id: NodeId
  readonly name: string
  readonly definition: SupervisorDefinition
  readonly parent: NodeId | undefined
  readonly owner: SupervisorNode | undefined
  readonly ended: Promise<string>
  started: Promise<void> = Promise.resolve()
  /** It has stopped, given up, or could not start. */
  over = false
  readonly #runner: RunnerCore
  readonly #open: SupervisorNodeSeed['open']
  readonly #supervisor: Supervisor
  readonly #tasks = new Map<string, SupervisedChild>()
  readonly #nested = new Map<string, SupervisorNode>()
  readonly #intensity: number
  readonly #periodMs: number
  readonly #teller: SupervisorTeller
  #added = 0
  #failedToStart = false
  /** Why it was last told to be closing: the same is not told twice. */
  #closingFor: string | undefined
  /** A person stopped it: its own supervisor leaves it so. */
  #terminated = false
  /** A person has it opened anew, and that is not done yet. */
  #restarting = false

  constructor({ runner, id, definition, parent, owner, open }: SupervisorNodeSeed) {
    this.id = id
    this.name = definition.name
    this.definition = definition
    this.parent = parent
    this.owner = owner
    this.#runner = runner
    this.#open = open
    this.#intensity = definition.intensity ?? defaultIntensity
    this.#periodMs = definition.periodMs ?? defaultPeriodMs
    this.#teller = new SupervisorTeller({
      runner,
      id,
      definition,
      intensity: this.#intensity,
      periodMs: this.#periodMs,
      budget: () => this.#supervisor.budget,
      newestOf: (child) => this.#tasks.get(child)?.newest,
    })
    const template = definition.strategy === 'simple_one_for_one'
    this.#supervisor = createSupervisor(definition.strategy, {
      children: template ? [] : definition.children.map((child) => this.#spec(child)),
      intensity: this.#intensity,
      periodMs: this.#periodMs,
      clock: runner.clock,
      report: (report) => this.#report(report),
    })
    this.ended = this.#supervisor.ended.then((end) => {
      this.#over()
      if (end.kind === 'gaveUp') this.#changed('failed', { text: 'gave up', detail: end.reason })
      else if (!this.#failedToStart) this.#changed('closed', { text: end.reason })
      return end.reason
    })
  }

  /** Tells of the node and starts its children. Called once. */
  open(): void {
    this.#runner.emit({
      kind: 'node.opened',
      id: this.id,
      node: 'supervisor',
      name: this.name,
      ...(this.parent !== undefined && { parent: this.parent }),
      status: 'opening',
      facts: {
        strategy: this.definition.strategy,
        restarts: 0,
        intensity: this.#intensity,
        left: this.#intensity,
        periodMs: this.#periodMs,
      },
      capabilities,
    })
    const offers = this.#offers()
    if (offers.length > 0) this.#runner.emit({ kind: 'node.changed', id: this.id, offers })
    this.started = this.#start()
    this.started.catch(ignoreRejection)
  }

  child(id: string): TaskHandle | SupervisorHandle | undefined {
    const task = this.#tasks.get(id)?.living
    if (task !== undefined) return new RunnerHandle(task)
    const nested = this.#nested.get(id)
    return nested === undefined || nested.over ? undefined : nested
  }

  children(): readonly ChildStatus[] {
    return this.#supervisor.children()
  }

  async startChild(input?: unknown, options: { readonly id?: string } = {}): Promise<TaskHandle | SupervisorHandle> {
    const added = await this.#addChild(input, options.id)
    const handle = added.refusal === undefined ? this.child(added.id) : undefined
    if (handle === undefined) throw new TaskRefused(added.refusal ?? `${added.id} has ended already`)
    return handle
  }

  async terminateChild(id: string): Promise<ControlResult> {
    return toResult(await this.#supervisor.terminateChild(id))
  }

  async restartChild(id: string): Promise<ControlResult> {
    return toResult(await this.#supervisor.restartChild(id))
  }

  async stop(reason = 'shutdown'): Promise<void> {
    if (!this.over && this.#closingFor !== reason) {
      this.#closingFor = reason
      this.#changed('closing', { text: reason })
    }
    await this.#supervisor.stop(reason)
    await this.ended
  }

  /** Carries out a control. `reopen` opens it anew after its end. */
  control(request: ControlRequest, reply: ControlReply, reopen: () => SupervisorNode): void {
    const { command, by } = request
    switch (command.verb) {
      case 'stop':
        if (this.over) reply.refused('it has stopped')
        else void this.#terminate(`stopped by ${actorText(by)}`).then(() => reply.effective('its children have ended'))
        return
      case 'restart':
        if (this.#restarting) {
          reply.refused('it is being restarted already')
          return
        }
        void this.#restart(`restarted by ${actorText(by)}`, reopen).then((refusal) => tell(reply, refusal))
        return
      case 'start':
        void this.#startOffer(command.offer, command.input).then(({ refusal, id }) => tell(reply, refusal, id))
        return
      default:
        reply.refused(`a supervisor has no ${command.verb}`)
    }
  }

  async #start(): Promise<void> {
    try {
      await this.#supervisor.start()
    } catch (thrown) {
      // One that was told to stop meanwhile has not failed: it has been closed, and has said so.
      if (this.#closingFor !== undefined) throw thrown
      this.#failedToStart = true
      this.#over()
      const detail = thrown instanceof Error ? thrown.message : String(thrown)
      this.#changed('failed', { text: 'could not start', detail })
      throw thrown
    }
    if (!this.over) this.#changed('open')
  }

  /** A person may add children of a template, each with an input of its own. */
  #offers(): readonly Offer[] {
    const [template] = this.definition.children
    if (this.definition.strategy !== 'simple_one_for_one' || template === undefined) return []
    const { id, task } = template
    return isSupervisorDefinition(task) ? [{ name: id }] : [{ ...offerOf(task), name: id }]
  }

  #over(): void {
    this.over = true
    this.#teller.close()
  }

  async #terminate(reason: string): Promise<void> {
    this.#terminated = true
    await this.stop(reason)
  }

  async #restart(reason: string, reopen: () => SupervisorNode): Promise<Refusal> {
    this.#restarting = true
    try {
      await this.#terminate(reason)
      if (this.#runner.closed) return 'its runner is closed'
      if (this.owner !== undefined) return await this.owner.#restartNested(this.name)
      await reopen().started
      return undefined
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    } finally {
      this.#restarting = false
    }
  }

  #restartNested(name: string): Promise<Refusal> {
    const child = this.definition.children.find(({ task }) => task.name === name)
    return child === undefined ? Promise.resolve(`it has no child ${name}`) : this.#supervisor.restartChild(child.id)
  }

  async #startOffer(offer: string, input: unknown): Promise<{ readonly refusal: Refusal; readonly id?: string }> {
    const child = this.definition.children.find(({ id, task }) => id === offer || task.name === offer)
    if (child === undefined) return { refusal: `it has no child ${offer}` }
    if (this.definition.strategy === 'simple_one_for_one') return this.#addChild(input, undefined)
    return { refusal: await this.#supervisor.restartChild(child.id) }
  }

  /** Starts one more child of the template. */
  async #addChild(input: unknown, wanted: string | undefined): Promise<{ refusal: Refusal; id: string }> {
    const [template] = this.definition.children
    if (this.definition.strategy !== 'simple_one_for_one' || template === undefined) {
      return {
        refusal: `its strategy is ${this.definition.strategy}: its children are those of its definition`,
        id: '',
      }
    }
    this.#added += 1
    const id = wanted ?? `${template.id}-${this.#added}`
    if (this.#supervisor.children().some((child) => child.id === id))
      return { refusal: `it has a child ${id} already`, id }
    const spec = this.#spec({ ...template, id, ...(input !== undefined && { input }) })
    return { refusal: await this.#supervisor.startChild(spec), id }
  }

  #spec(child: SupervisedTask): ChildSpec {
    const { id, task, restart } = child
    if (isSupervisorDefinition(task)) {
      const shutdown = child.shutdown ?? 'infinity'
      return { id, restart, shutdown, start: (_attempt, signal) => this.#startNested(id, task, shutdown, signal) }
    }
    const supervised = new SupervisedChild(this.#runner, this, child, task, () => this.#supervisor)
    this.#tasks.set(id, supervised)
    return {
      id,
      restart,
      shutdown: child.shutdown ?? taskShutdownMs,
      start: (_attempt, signal) => supervised.start(signal),
    }
  }

  async #startNested(
    id: string,
    definition: SupervisorDefinition,
    shutdown: Shutdown,
    signal: AbortSignal,
  ): Promise<Child> {
    const node = this.#open(definition, this)
    this.#nested.set(id, node)
    const giveUp = (): void => void node.#shutDown(shutdown, 'shutdown')
    signal.addEventListener('abort', giveUp, { once: true })
    await node.started.finally(() => signal.removeEventListener('abort', giveUp))
    return {
      ended: node.ended.then((reason) => ({ kind: node.#terminated ? 'terminated' : 'shutdown', reason })),
      stop: (how, reason) => node.#shutDown(how, reason),
    }
  }

  /** Its own supervisor stops it: asked, and ended with everything below it when it has not ended in time. */
  async #shutDown(shutdown: Shutdown, reason: string): Promise<void> {
    const stopped = this.stop(reason)
    const graceMs = graceOf(shutdown)
    if (graceMs <= 0) this.#kill(reason)
    const inTime =
      graceMs > 0 && Number.isFinite(graceMs) ? this.#runner.timers.after(graceMs, () => this.#kill(reason)) : undefined
    await stopped
    inTime?.()
  }

  /** Whatever still lives below it ends at once, the last started first. */
  #kill(reason: string): void {
    if (this.#supervisor.accepts()) void this.stop(reason)
    for (const { id } of [...this.children()].reverse()) {
      this.#tasks.get(id)?.kill(reason)
      const nested = this.#nested.get(id)
      if (nested?.over === false) nested.#kill(reason)
    }
  }

  #report(report: SupervisorReport): void {
    if (report.kind === 'restarting') {
      for (const child of report.restarted) this.#tasks.get(child)?.restartsBySupervisor()
    }
    this.#teller.tell(report)
  }

  #changed(status: NodeStatus, why?: Why): void {
    this.#runner.emit({ kind: 'node.changed', id: this.id, status, ...(why !== undefined && { why }) })
  }
}

function tell(reply: ControlReply, refusal: Refusal, id?: string): void {
  if (refusal === undefined) reply.effective(id === undefined ? undefined : `as ${id}`)
  else reply.refused(refusal)
}

function toResult(refusal: Refusal): ControlResult {
  return refusal === undefined ? { effective: true } : { effective: false, reason: refusal }
}
