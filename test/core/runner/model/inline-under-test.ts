/** Plays commands to a real runner in a host and to the reference model side by side, and compares what they say. */
import { expect } from 'vitest'
import { foldMs } from '../../../../core/runner/samples.ts'
import { breakpointName, type HostedRunner } from './hosted-runner.ts'
import type { ModelCommand } from './inline-commands.ts'
import { Script, ScriptedError } from './inline-script.ts'
import { ReferenceModel } from './reference-model.ts'
import { codeOver, type Fate, isOver, type ModelControl, type ModelTask, modelGraceMs } from './reference-task.ts'

interface Expected {
  readonly control: string
  readonly model: ModelControl
}

export class RunnerUnderTest {
  readonly model = new ReferenceModel()
  /** By the runner's ids. */
  readonly scripts = new Map<string, Script>()
  readonly #host: HostedRunner
  readonly #idOf: (task: ModelTask) => string
  readonly #controls: Expected[] = []
  #count = 0

  /** @param idOf the runner's id of a task that the model knows by another. */
  constructor(host: HostedRunner, idOf: (task: ModelTask) => string = ({ id }) => id) {
    this.#host = host
    this.#idOf = idOf
  }

  /** What the model says must become of a control. */
  expectFate(control: string, model: ModelControl): void {
    this.#controls.push({ control, model })
  }

  async run(command: ModelCommand): Promise<void> {
    this.#play(command)
    if (command.do === 'crash') {
      await this.#host.crash()
      this.model.crash()
    } else if (command.do === 'advance') {
      await this.#host.time.advance(command.ms)
      this.model.advance(command.ms)
    } else await this.#host.time.settle()
  }

  compare(): void {
    for (const task of this.model.tasks) {
      const id = this.#idOf(task)
      const states = this.#host.states(id)
      expect({ id: task.id, state: states.at(-1) }).toEqual({ id: task.id, state: task.state })
      const ended = this.#host.ended(id)
      expect(ended?.status === 'failed' ? ended.kind : undefined, `${task.id} failed as`).toBe(task.failure)
      expect(this.#host.of('task.late', id), `${task.id}: late results`).toHaveLength(task.late)
      expect(this.#host.rejectionsOf(id), `${task.id}: unhandled rejections`).toBe(task.rejections)
      expect(this.#host.holders(id), `${task.id} is held by`).toEqual([...task.holds.keys()])
      if (isOver(task) || codeOver(task)) continue
      expect(this.scripts.get(id)?.waiting, `${task.id} runs freely`).toBe(task.code === 'waiting')
    }
    for (const { control, model } of this.#controls) {
      const last = this.#host.life(control).at(-1)?.split(':')[0]
      const fate: Fate = last === 'effective' || last === 'refused' ? last : 'open'
      expect({ control, fate }).toEqual({ control, fate: model.fate })
    }
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    for (const task of this.model.tasks) {
      if (task.parent === undefined) this.#cancel(task)
      await this.#host.time.settle()
    }
    this.compare()
    await this.run({ do: 'advance', ms: foldMs })
    // Nobody's clock may outlive the last task, not even until it would come due.
    if (this.model.tasks.every(isOver)) expect(this.#host.time.pending(), 'timers left').toBe(0)
    await this.run({ do: 'advance', ms: modelGraceMs })
    this.compare()
    // What was abandoned may settle at last: that changes nothing any more.
    for (const task of this.model.tasks) {
      if (task.code !== 'waiting') continue
      this.scripts.get(this.#idOf(task))?.act({ do: 'returned' })
      this.model.end(task, 'returned')
    }
    await this.#host.time.settle()
    this.compare()
  }

  #play(command: ModelCommand): void {
    if (command.do === 'advance' || command.do === 'crash') return
    if (command.do === 'submit') {
      this.#submit(command)
      return
    }
    const tasks = this.model.tasks
    const task = tasks[command.task % Math.max(1, tasks.length)]
    if (task === undefined) return
    switch (command.do) {
      case 'suspend': {
        const { owner } = command
        const control = this.#host.control(this.#idOf(task), { verb: 'suspend' }, { kind: 'person', name: owner })
        this.expectFate(control, this.model.suspend(task, owner))
        return
      }
      case 'resume':
      case 'resumeAll': {
        const owner = command.do === 'resume' ? command.owner : undefined
        const by = { kind: 'person', name: owner ?? 'ann' } as const
        const control = this.#host.control(this.#idOf(task), { verb: 'resume', all: owner === undefined }, by)
        this.expectFate(control, { fate: this.model.resume(task, owner) })
        return
      }
      case 'step': {
        const control = this.#host.control(this.#idOf(task), { verb: 'step' })
        this.expectFate(control, this.model.step(task))
        return
      }
      case 'cancel':
        this.#cancel(task)
        return
      case 'kill': {
        const control = this.#host.control(this.#idOf(task), { verb: 'kill' })
        this.expectFate(control, { fate: this.model.kill(task) })
        return
      }
      case 'answer':
        this.#answer(task)
        return
      case 'sideThrow':
        if (task.code === 'unstarted' || codeOver(task)) return
        this.scripts.get(this.#idOf(task))?.failAside(new ScriptedError('aside'))
        this.model.end(task, 'threw')
        return
      default:
        if (task.code === 'waiting') this.#act(task, command)
    }
  }

  #act(task: ModelTask, command: Extract<ModelCommand, { task: number }>): void {
    const script = this.scripts.get(this.#idOf(task))
    if (script === undefined) return
    switch (command.do) {
      case 'progress':
        script.act({ do: 'progress', current: command.current })
        return
      case 'checkpoint':
        script.act({ do: 'checkpoint', label: command.marked ? 'marked' : 'here' })
        this.model.checkpoint(task, command.marked ? breakpointName : undefined)
        return
      case 'forget':
        script.act({ do: 'forget' })
        task.rejections += 1
        return
      case 'sleep':
        // A fraction of its own keeps two timers from coming due at one moment, where their order is anybody's.
        this.#count += 1
        script.act({ do: 'sleep', ms: command.ms + this.#count / 1000 })
        this.model.sleep(task, command.ms + this.#count / 1000)
        return
      case 'ask':
        script.act({ do: 'ask' })
        this.model.ask(task)
        return
      case 'end':
        script.act({ do: command.how })
        this.model.end(task, command.how)
        return
      case 'spawn': {
        const child = this.#script(command.stubborn)
        script.act({ do: 'spawn', script: child, awaits: command.awaits })
        this.model.spawn(task, child.id, command.stubborn, command.awaits)
      }
    }
  }

  #submit(command: Extract<ModelCommand, { do: 'submit' }>): void {
    const script = this.#script(command.stubborn)
    const timeoutMs = command.timeout ? 2000 + this.#count * 7.13 : undefined
    this.#host.runner().submit(script.body, undefined, {
      id: script.id,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(command.held && { holdFor: { kind: 'person', name: 'ann' } }),
    })
    this.model.submit(script.id, {
      stubborn: command.stubborn,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(command.held && { heldBy: 'ann' }),
    })
  }

  #script(stubborn: boolean): Script {
    this.#count += 1
    const script = new Script(`t${this.#count}`, stubborn)
    this.scripts.set(script.id, script)
    return script
  }

  #cancel(task: ModelTask): void {
    const control = this.#host.control(this.#idOf(task), { verb: 'cancel' })
    this.expectFate(control, this.model.cancel(task))
  }

  #answer(task: ModelTask): void {
    if (!this.model.isAsking(task) || isOver(task)) return
    const requestId = this.#host.of('task.asked', this.#idOf(task)).at(-1)?.question.requestId ?? ''
    const control = this.#host.control(this.#idOf(task), { verb: 'answer', requestId, answer: { action: 'decline' } })
    this.model.answer(task)
    this.expectFate(control, { fate: 'effective' })
  }
}
