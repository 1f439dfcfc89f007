/** Plays commands to real supervisors of inline tasks and to their reference model side by side. */
import { expect } from 'vitest'
import { defineSupervisor } from '../../../../core/runner/define-supervisor.ts'
import { type AnyTaskDefinition, defineTask } from '../../../../core/runner/define-task.ts'
import type { SupervisorHandle } from '../../../../core/runner/supervisor-handle.ts'
import type { ControlResult } from '../../../../core/runner/task-handle.ts'
import type { HostedRunner } from './hosted-runner.ts'
import { Script } from './inline-script.ts'
import { RunnerUnderTest } from './inline-under-test.ts'
import {
  type ModelBook,
  type ModelChild,
  type ModelChildSpec,
  type ModelTree,
  ReferenceSupervisor,
} from './reference-supervisor.ts'
import { type Fate, isOver, type ModelControl, type ModelTask, modelGraceMs } from './reference-task.ts'
import type { SupervisorCommand } from './supervisor-commands.ts'

/** No round number, so that no restart leaves the window just when another one comes. */
const periodMs = 4321.5

/** So many ends one after the other are far more than there can be. */
const mostRounds = 50

/** A wish to open a supervisor anew as soon as it has come to its end. */
interface Reopening {
  readonly ending: ReferenceSupervisor
  readonly control: ModelControl
}

interface Asked {
  fate: Fate
  readonly model: ModelControl
}

type Supervise = Extract<SupervisorCommand, { do: 'supervise' }>
type WantedChild = Supervise['children'][number]

export class SupervisorsUnderTest {
  readonly #host: HostedRunner
  readonly #runner: RunnerUnderTest
  readonly #ids = new Map<string, string>()
  readonly #books = new Map<string, ModelBook>()
  /** By the ids of those that no other keeps; once opened anew they have other ones. */
  readonly #handles = new Map<string, SupervisorHandle>()
  /** Of the process that lives now. */
  #tree: ModelTree
  /** Of those before. */
  readonly #gone = new Map<string, ReferenceSupervisor>()
  /** Asked of handles, not by controls. */
  #asked: Asked[] = []
  readonly #controls: ModelControl[] = []
  /** Every restart that a person has asked for and that was begun. */
  readonly #restarts: Reopening[] = []
  #reopening: Reopening[] = []
  #count = 0
  #timeouts = 0

  constructor(host: HostedRunner) {
    this.#host = host
    this.#runner = new RunnerUnderTest(host, (task) => this.#idOf(task))
    const { model } = this.#runner
    this.#tree = { model, books: this.#books, newest: new Map() }
    model.onEnd = (task) => void this.#roots().some((root) => root.taskEnded(task))
    model.onSettled = () => this.#settle()
  }

  async run(command: SupervisorCommand): Promise<void> {
    if (command.do === 'advance') await this.#runner.run(command)
    else if (command.do === 'crash') await this.#crash()
    else if (command.do === 'supervise') this.#supervise(command)
    else await this.#playOn(command)
    this.#settle()
    await this.#host.time.settle()
  }

  compare(): void {
    for (const { id, status } of [...this.#gone.values(), ...this.#tree.newest.values()]) {
      const book = this.#books.get(id)
      const opened = this.#host.of('node.opened', id)
      const changes = [...opened, ...this.#host.of('node.changed', id)].sort((a, b) => a.seq - b.seq)
      const reports = this.#host.of('supervisor.report', id).map(({ report }) => report.report)
      const findings = this.#host.of('finding').filter(({ finding }) => finding.node === id)
      expect({
        id,
        status: changes.flatMap((event) => event.status ?? []).at(-1),
        opened: opened.length,
        restarts: reports.filter((each) => each === 'restarting').length,
        gaveUp: findings.filter(({ finding }) => finding.rule === 'supervisor-gave-up').length,
        starts: new Map([...(book?.starts.keys() ?? [])].map((name) => [name, this.#attemptsOf(name).length])),
      }).toEqual({ id, status, ...book })
    }
    this.#runner.compare()
    for (const { fate, model } of this.#asked) expect(fate, 'what a handle was asked for').toBe(model.fate)
    expect(this.#host.runner().live(), 'living tasks').toBe(
      this.#runner.model.tasks.filter((one) => !isOver(one)).length,
    )
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    // Code that goes on although it was told to end may be waited for, one child after the other.
    for (let round = 0; this.#roots().some((root) => !root.over); round += 1) {
      if (round > mostRounds) throw new Error(`the supervisors come to no end`)
      for (const root of this.#roots()) {
        // One that was being restarted meanwhile is open again.
        if (!root.isEnding) this.#expect(root.id, { verb: 'stop' }, root.stop())
        this.#settle()
        await this.#host.time.settle()
      }
      this.compare()
      for (const [task, { code, state }] of this.#runner.model.tasks.entries()) {
        if (code !== 'waiting' || state !== 'cancelling') continue
        await this.#runner.run({ do: 'end', task, how: 'returned' })
        this.#settle()
      }
      await this.run({ do: 'advance', ms: modelGraceMs })
      this.compare()
    }
    await this.#runner.finish()
    this.compare()
  }

  async #playOn(command: Exclude<SupervisorCommand, { do: 'advance' | 'crash' | 'supervise' }>): Promise<void> {
    const supervisors = [...this.#tree.newest.values()].reverse()
    const model = supervisors[command.supervisor % Math.max(1, supervisors.length)]
    if (model === undefined) return
    const { children } = model
    switch (command.do) {
      case 'stop':
        this.#expect(model.id, { verb: 'stop' }, model.stop())
        return
      case 'cancel':
        this.#expect(model.id, { verb: 'cancel' }, { fate: 'refused' })
        return
      case 'restart':
        this.#restart(model)
        return
      case 'suspend':
      case 'resume':
        this.#holdAll(model, command)
        return
      case 'add':
        if (model.strategy !== 'simple_one_for_one') return
        this.#expect(model.id, { verb: 'start', offer: `c${model.id}0`, input: undefined }, this.#add(model))
        return
      default: {
        const child = children[command.child % Math.max(1, children.length)]
        if (child !== undefined) await this.#playOnChild(command, model, child)
      }
    }
  }

  async #playOnChild(command: SupervisorCommand, model: ReferenceSupervisor, child: ModelChild): Promise<void> {
    const task = child.living
    switch (command.do) {
      case 'onChild': {
        const living = command.deep ? (task?.children.find((each) => !isOver(each)) ?? task) : task
        if (living !== undefined) await this.#runner.run({ ...command.command, task: this.#indexOf(living) })
        return
      }
      case 'endChild':
        if (task === undefined) return
        await this.#runner.run({ do: 'end', task: this.#indexOf(task), how: command.how })
        return
      case 'cancelChild':
        if (task !== undefined) await this.#runner.run({ do: 'cancel', task: this.#indexOf(task) })
        return
      case 'terminate':
        if (task === undefined) return
        this.#expect(this.#idOf(task), { verb: 'terminate' }, this.#runner.model.terminate(task))
        return
      case 'terminateChild': {
        const handle = this.#handleOf(model)
        if (handle === undefined) return
        this.#ask(handle.terminateChild(child.id), model.terminateChild(child))
        return
      }
      case 'retry': {
        // Without its supervisor it would be a task like any other.
        if (child.supervises !== undefined)
          this.#expect(model.id, { verb: 'start', offer: child.id, input: undefined }, model.restartChild(child))
        if (child.newest === undefined || model.isEnding) return
        this.#expect(this.#idOf(child.newest), { verb: 'retry' }, this.#retry(model, child))
        return
      }
      default:
    }
  }

  #retry(model: ReferenceSupervisor, child: ModelChild): ModelControl {
    return child.living === undefined ? model.restartChild(child) : { fate: 'refused' }
  }

  #add(model: ReferenceSupervisor): ModelControl {
    if (model.isEnding) return { fate: 'refused' }
    model.add()
    return { fate: 'effective' }
  }

  #supervise(command: Supervise): void {
    this.#count += 1
    const id = `s${this.#count}`
    const { strategy, intensity, children, nested, nestedStrategy } = command
    const isTemplate = strategy === 'simple_one_for_one'
    const made = (isTemplate ? children.slice(0, 1) : children).map((child, index) => {
      if (isTemplate || index !== nested) return this.#child(`c${id}${index}`, child)
      const below = children.slice(index, index + 2).map((each, at) => this.#child(`c${id}n${at}`, each))
      const options = { strategy: nestedStrategy, intensity: 1, periodMs }
      const task = defineSupervisor({ name: 'n', ...options, children: below.map(({ child: one }) => one) })
      const spec = specOf(child)
      const supervises = { id: `${id}/n`, ...options, children: below }
      return { name: 'n', spec, supervises, child: { id: 'n', task, restart: child.restart, shutdown: child.shutdown } }
    })
    const options = { strategy, intensity, periodMs }
    const definition = defineSupervisor({ name: id, ...options, children: made.map(({ child }) => child) })
    this.#handles.set(id, this.#host.runner().supervise(definition))
    new ReferenceSupervisor(this.#tree, { id, ...options, children: made })
  }

  #child(name: string, wanted: WantedChild) {
    this.#timeouts += 1
    const spec = specOf(wanted, 2000 + this.#timeouts * 7.13)
    const { restart, shutdown } = wanted
    return {
      name,
      spec,
      supervises: undefined,
      child: { id: name, task: this.#definition(name, spec), restart, shutdown },
    }
  }

  #definition(name: string, { stubborn, timeoutMs }: ModelChildSpec): AnyTaskDefinition {
    return defineTask({
      name,
      ...(timeoutMs !== undefined && { timeoutMs }),
      run: (ctx) => {
        const script = new Script(ctx.id, stubborn)
        this.#runner.scripts.set(ctx.id, script)
        return script.body(ctx)
      },
    })
  }

  /** Stopped, and opened anew when the last of its children has ended; refused while that is under way. */
  #restart(ending: ReferenceSupervisor): void {
    const isUnderWay = this.#restarts.some((each) => each.ending === ending && each.control.fate === 'open')
    const control: ModelControl = { fate: isUnderWay ? 'refused' : 'open' }
    this.#expect(ending.id, { verb: 'restart' }, control)
    if (isUnderWay) return
    ending.stop()
    this.#handles.delete(ending.id)
    this.#restarts.push({ ending, control })
    this.#reopening.push({ ending, control })
  }

  #holdAll(model: ReferenceSupervisor, command: Extract<SupervisorCommand, { do: 'suspend' | 'resume' }>): void {
    const { owner } = command
    const tasks = this.#runner.model.tasks.filter((task) => !isOver(task) && isUnder(task, model))
    const by = { kind: 'person', name: owner } as const
    const members = command.do === 'suspend' ? tasks : tasks.filter(({ holds }) => holds.size > 0)
    const id = this.#host.control(model.id, { verb: command.do }, by)
    const controls = members.map((task): ModelControl => {
      if (command.do === 'suspend') return this.#runner.model.suspend(task, owner)
      return { fate: this.#runner.model.resume(task, owner) }
    })
    this.#expectFate(id, together(controls))
  }

  async #crash(): Promise<void> {
    const open = this.#controls.filter(({ fate }) => fate === 'open')
    await this.#runner.run({ do: 'crash' })
    for (const [id, model] of this.#tree.newest) {
      model.crash()
      this.#gone.set(id, model)
    }
    for (const control of open) control.fate = 'refused'
    this.#reopening = []
    this.#tree = { ...this.#tree, newest: new Map() }
    // Nobody is there any more to answer.
    this.#asked = this.#asked.filter(({ fate }) => fate !== 'open')
  }

  #settle(): void {
    for (let moved = true; moved; ) {
      moved = false
      for (const root of this.#roots()) if (root.settle()) moved = true
      const due = this.#reopening.filter(({ ending }) => ending.over)
      this.#reopening = this.#reopening.filter((each) => !due.includes(each))
      for (const each of due) this.#reopen(each)
      if (due.length > 0) moved = true
    }
  }

  #reopen({ ending, control }: Reopening): void {
    const { owner, place } = ending
    if (owner !== undefined && place !== undefined) {
      owner.restartChild(place, control)
      return
    }
    ending.reopen()
    control.fate = 'effective'
  }

  /** Those that no other keeps. */
  #roots(): readonly ReferenceSupervisor[] {
    return [...this.#tree.newest.values()].filter(({ owner }) => owner === undefined)
  }

  #handleOf({ id, owner, place }: ReferenceSupervisor): SupervisorHandle | undefined {
    if (owner === undefined) return this.#handles.get(id)
    const child = this.#handles.get(owner.id)?.child(place?.id ?? '')
    return child !== undefined && 'terminateChild' in child ? child : undefined
  }

  #expect(id: string, command: Parameters<HostedRunner['control']>[1], model: ModelControl): void {
    this.#expectFate(this.#host.control(id, command), model)
  }

  #expectFate(control: string, model: ModelControl): void {
    this.#runner.expectFate(control, model)
    this.#controls.push(model)
  }

  #ask(result: Promise<ControlResult>, model: ModelControl): void {
    const asked: Asked = { fate: 'open', model }
    this.#asked.push(asked)
    void result.then(({ effective }) => {
      asked.fate = effective ? 'effective' : 'refused'
    })
  }

  #indexOf(task: ModelTask): number {
    return this.#runner.model.tasks.indexOf(task)
  }

  #attemptsOf(name: string): readonly string[] {
    return this.#host.of('task.created').flatMap((event) => (event.name === name ? [event.id] : []))
  }

  /** The model calls the attempts of a child by its name and their number. */
  #idOf({ id }: ModelTask): string {
    const [name, number] = id.split('~')
    if (name === undefined || number === undefined) return id
    const known = this.#ids.get(id) ?? this.#attemptsOf(name)[Number(number) - 1]
    if (known !== undefined) this.#ids.set(id, known)
    return known ?? `${id} was never made`
  }
}

function specOf({ restart, shutdown, stubborn, timeout }: WantedChild, timeoutMs?: number): ModelChildSpec {
  const graceOf = { brutal_kill: 0, infinity: Number.POSITIVE_INFINITY }
  const shutdownMs = typeof shutdown === 'number' ? shutdown : graceOf[shutdown]
  return { restart, shutdownMs, stubborn, timeoutMs: timeout ? timeoutMs : undefined }
}

function isUnder(task: ModelTask, supervisor: ReferenceSupervisor): boolean {
  if (task.parent !== undefined) return isUnder(task.parent, supervisor)
  return supervisor.keeps(task.id.split('~')[0] ?? '')
}

/** One control for many tasks: told when each has given its own result, and effective when one of them is. */
function together(controls: readonly ModelControl[]): ModelControl {
  let settled: Fate | undefined
  return {
    get fate() {
      const fates = controls.map(({ fate }) => fate)
      if (settled !== undefined || fates.includes('open')) return settled ?? 'open'
      return fates.includes('effective') ? 'effective' : 'refused'
    },
    set fate(fate) {
      settled = fate
    },
  }
}
