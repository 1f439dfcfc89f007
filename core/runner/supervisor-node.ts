/**
 * One supervisor of tasks as a node of the tree: its strategy and budget are facts, its children are kept by the rules
 * of `core/supervisor`, and every restart is a new, linked attempt.
 */
import { actorText } from '../model/actor.ts'
import { assertNever } from '../model/assert.ts'
import type { Capabilities } from '../model/capability.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Dispose } from '../model/dispose.ts'
import type { Why } from '../model/event.ts'
import type { NodeId } from '../model/identity.ts'
import type { NodeStatus } from '../model/node.ts'
import type { Child, ChildSpec } from '../supervisor/child-spec.ts'
import {
  createOneForOne,
  defaultIntensity,
  defaultPeriodMs,
  type Refusal,
  type Supervisor,
  type SupervisorReport,
} from '../supervisor/supervisor.ts'
import type { ControlReply } from './control-reply.ts'
import { isSupervisorDefinition, type SupervisedTask, type SupervisorDefinition } from './define-supervisor.ts'
import { durationText } from './duration-text.ts'
import { ignoreRejection } from './inline-executor.ts'
import type { RunnerCore } from './runner-core.ts'
import { RunnerHandle } from './runner-handle.ts'
import { SupervisedChild } from './supervised-child.ts'
import type { SupervisorHandle } from './supervisor-handle.ts'
import type { ControlResult, TaskHandle } from './task-handle.ts'

const capabilities: Capabilities = Object.freeze({ start: true, stop: true, restart: true })
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
  #restarts = 0
  #failedToStart = false
  /** A person stopped it: its own supervisor leaves it so. */
  #terminated = false
  #refill: Dispose | undefined

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
    this.#supervisor = createOneForOne({
      children: definition.children.map((child) => this.#spec(child)),
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
        periodMs: this.#periodMs,
      },
      capabilities,
    })
    this.started = this.#start()
    this.started.catch(ignoreRejection)
  }

  child(id: string): TaskHandle | SupervisorHandle | undefined {
    const task = this.#tasks.get(id)?.living
    if (task !== undefined) return new RunnerHandle(task)
    const nested = this.#nested.get(id)
    return nested === undefined || nested.over ? undefined : nested
  }

  async terminateChild(id: string): Promise<ControlResult> {
    return toResult(await this.#supervisor.terminateChild(id))
  }

  async restartChild(id: string): Promise<ControlResult> {
    return toResult(await this.#supervisor.restartChild(id))
  }

  async stop(reason = 'shutdown'): Promise<void> {
    if (!this.over) this.#changed('closing', { text: reason })
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
        void this.#restart(`restarted by ${actorText(by)}`, reopen).then((refusal) => tell(reply, refusal))
        return
      case 'start':
        void this.#startChild(command.offer).then((refusal) => tell(reply, refusal))
        return
      default:
        reply.refused(`a supervisor has no ${command.verb}`)
    }
  }

  async #start(): Promise<void> {
    try {
      await this.#supervisor.start()
    } catch (thrown) {
      this.#failedToStart = true
      this.#over()
      const detail = thrown instanceof Error ? thrown.message : String(thrown)
      this.#changed('failed', { text: 'could not start', detail })
      throw thrown
    }
    if (!this.over) this.#changed('open')
  }

  #over(): void {
    this.over = true
    this.#refill?.()
    this.#refill = undefined
  }

  async #terminate(reason: string): Promise<void> {
    this.#terminated = true
    await this.stop(reason)
  }

  async #restart(reason: string, reopen: () => SupervisorNode): Promise<Refusal> {
    await this.#terminate(reason)
    if (this.#runner.closed) return 'its runner is closed'
    if (this.owner !== undefined) return this.owner.#restartNested(this.name)
    try {
      await reopen().started
      return undefined
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  #restartNested(name: string): Promise<Refusal> {
    const child = this.definition.children.find(({ task }) => task.name === name)
    return child === undefined ? Promise.resolve(`it has no child ${name}`) : this.#supervisor.restartChild(child.id)
  }

  #startChild(offer: string): Promise<Refusal> {
    const child = this.definition.children.find(({ id, task }) => id === offer || task.name === offer)
    return child === undefined ? Promise.resolve(`it has no child ${offer}`) : this.#supervisor.restartChild(child.id)
  }

  #spec(child: SupervisedTask): ChildSpec {
    const { id, task, restart } = child
    if (isSupervisorDefinition(task)) {
      return { id, restart, shutdown: child.shutdown ?? 'infinity', start: () => this.#startNested(id, task) }
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

  async #startNested(id: string, definition: SupervisorDefinition): Promise<Child> {
    const node = this.#open(definition, this)
    this.#nested.set(id, node)
    await node.started
    return {
      ended: node.ended.then((reason) => ({ kind: node.#terminated ? 'terminated' : 'shutdown', reason })),
      stop: (_shutdown, reason) => node.stop(reason),
    }
  }

  #report(report: SupervisorReport): void {
    switch (report.kind) {
      case 'restarting': {
        this.#restarts += 1
        this.#tasks.get(report.child)?.restartsBySupervisor()
        this.#tellBudget(report.child, report.restarts)
        return
      }
      case 'started':
      case 'startFailed':
      case 'ended':
      case 'gaveUp':
        return
      default:
        assertNever(report)
    }
  }

  /** Says what was restarted and what is left, and again when the window has moved on. */
  #tellBudget(child: string, restarts: number): void {
    const left = this.#supervisor.budget.left()
    this.#runner.emit({
      kind: 'node.changed',
      id: this.id,
      facts: { restarts: this.#restarts },
      why: {
        text: `restarted ${child} ${timesText(restarts)}`,
        detail: `${left} ${left === 1 ? 'restart' : 'restarts'} left in ${durationText(this.#periodMs)}`,
      },
    })
    this.#refill?.()
    this.#refill = undefined
    const refillsIn = this.#supervisor.budget.refillsIn()
    if (refillsIn === undefined) return
    this.#refill = this.#runner.timers.after(refillsIn + 1, () => this.#tellBudget(child, restarts))
  }

  #changed(status: NodeStatus, why?: Why): void {
    this.#runner.emit({ kind: 'node.changed', id: this.id, status, ...(why !== undefined && { why }) })
  }
}

function timesText(count: number): string {
  if (count === 1) return 'once'
  return count === 2 ? 'twice' : `${count} times`
}

function tell(reply: ControlReply, refusal: Refusal): void {
  if (refusal === undefined) reply.effective()
  else reply.refused(refusal)
}

function toResult(refusal: Refusal): ControlResult {
  return refusal === undefined ? { effective: true } : { effective: false, reason: refusal }
}
