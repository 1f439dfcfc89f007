/** Plays commands to real threads or processes of a real host and to the reference model side by side. */
import { availableParallelism } from 'node:os'
import { expect, vi } from 'vitest'
import type { ControlVerb } from '../../../../core/model/control.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { controlId, type NodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import type { OpenedHost } from '../host/opened-host.ts'
import type { OnTask, PlaceCommand } from './place-commands.ts'
import { ReferenceModel } from './reference-model.ts'
import { codeOver, type Fate, isOver, type ModelControl, type ModelTask } from './reference-task.ts'
import type { ScriptLines } from './script-lines.ts'

const patience = { timeout: 20_000, interval: 2 }
/** A cancelled task that does not unwind is ended by force after 5 s of real time, which the model does not count. */
const slowAfterMs = 3500
/** More than a machine has cores would wait for a free thread. */
const mostPlaces = Math.min(2, availableParallelism())
let names = 0

interface Told {
  state: string
  failure: string | undefined
  rejections: number
  /** Who holds it, by the ids of the holds. */
  readonly holds: Map<string, string>
}

/** What code was told to do while it was held: it must not have begun. */
interface Waiting {
  readonly task: ModelTask
  readonly words: number
  readonly happen: () => void
}

export class PlaceUnderTest {
  readonly #isolation: 'thread' | 'process'
  readonly #host: OpenedHost
  readonly #lines: ScriptLines
  readonly #model = new ReferenceModel()
  /** The runner's ids by the model's. */
  readonly #ids = new Map<string, string>()
  readonly #told = new Map<string, Told>()
  readonly #fates = new Map<string, Fate>()
  readonly #controls: { readonly control: string; readonly model: ModelControl | undefined }[] = []
  readonly #cancelled = new Map<ModelTask, number>()
  #waiting: Waiting | undefined
  #read: number
  #questions = new Map<string, string>()

  constructor(isolation: 'thread' | 'process', host: OpenedHost, lines: ScriptLines) {
    this.#isolation = isolation
    this.#host = host
    this.#lines = lines
    this.#read = host.events.length
  }

  /** A machine so slow that clocks of the runner come due in between says nothing about the runner. */
  get tooSlow(): boolean {
    const now = performance.now()
    return [...this.#cancelled].some(([task, at]) => !isOver(task) && now - at > slowAfterMs)
  }

  async run(command: PlaceCommand): Promise<void> {
    if (command.do === 'submit') await this.#submit(command.stubborn)
    else if (command.do === 'crash') await this.#crash()
    else {
      const tasks = this.#model.tasks
      const task = tasks[command.task % Math.max(1, tasks.length)]
      if (task !== undefined) await this.#play(command, task)
    }
  }

  /** Waits until the runner has come to where the model is. */
  async compare(): Promise<void> {
    try {
      await vi.waitFor(() => this.#expectSame(), patience)
    } catch (error) {
      const last = this.#host.events.slice(-30).map((event) => JSON.stringify(event).slice(0, 250))
      throw new Error(`the last that was told:\n${last.join('\n')}`, { cause: error })
    }
  }

  /** Ends everything, and demands that every place has gone with its task. */
  async finish(): Promise<void> {
    for (const task of this.#model.tasks) {
      if (task.parent !== undefined || isOver(task)) continue
      const control = this.#control(task, { verb: 'kill' })
      this.#controls.push({ control, model: { fate: this.#model.kill(task) } })
      if (this.#waiting !== undefined && rootOf(this.#waiting.task) === task) this.#waiting = undefined
    }
    if (!this.tooSlow) await this.compare()
    for (const { control } of this.#controls) await this.#host.settled(control)
    const keys = this.#model.tasks.map(({ id }) => id)
    await vi.waitFor(
      () =>
        expect(
          keys.filter((key) => this.#lines.peer(key)?.open === true),
          'places left',
        ).toEqual([]),
      patience,
    )
  }

  #expectSame(): void {
    this.#readOn()
    for (const task of this.#model.tasks) {
      const seen = this.#toldOf(task)
      const held = isHeld(task)
      expect({ id: task.id, ...seen, holds: [...seen.holds.values()] }).toEqual({
        id: task.id,
        holds: [...task.holds.keys()],
        state: shownState(task),
        failure: task.failure,
        rejections: task.rejections,
      })
      if (codeOver(task)) continue
      const peer = this.#lines.peer(task.id)
      if (this.#waiting?.task === task) {
        expect(peer?.words, `${task.id} has done something while it was held`).toBe(this.#waiting.words)
      } else if (!held)
        expect(peer !== undefined && peer.words > peer.acts, `${task.id} runs freely`).toBe(task.code === 'waiting')
    }
    for (const { control, model } of this.#controls) {
      const fate = this.#fates.get(control) ?? 'open'
      if (model !== undefined) expect({ control, fate }).toEqual({ control, fate: model.fate })
    }
  }

  #readOn(): void {
    const { events } = this.#host
    for (; this.#read < events.length; this.#read += 1) this.#note(events[this.#read] as TaskEvent)
  }

  #note(event: TaskEvent): void {
    if (event.kind === 'task.created') this.#told.set(event.id, told('pending'))
    if (event.kind === 'control.effective') this.#fates.set(event.control, 'effective')
    if (event.kind === 'control.refused') this.#fates.set(event.control, 'refused')
    if (event.kind === 'task.asked') this.#questions.set(event.id, event.question.requestId)
    if (event.kind === 'finding' && event.finding.rule === 'unhandled-rejection') {
      const task = this.#told.get(event.finding.node ?? '')
      if (task !== undefined) task.rejections += 1
    }
    const task = 'id' in event ? this.#told.get(event.id) : undefined
    if (task === undefined) return
    if (event.kind === 'task.hold') task.holds.set(event.hold.id, event.hold.owner.name ?? '')
    if (event.kind === 'task.released') task.holds.delete(event.holdId)
    if (event.kind !== 'task.state') return
    task.state = event.to
    task.failure = event.outcome?.status === 'failed' ? event.outcome.kind : undefined
    if (event.outcome !== undefined) task.holds.clear()
  }

  #toldOf(task: ModelTask): Told {
    return this.#told.get(this.#ids.get(task.id) ?? task.id) ?? told('unknown')
  }

  async #submit(stubborn: boolean): Promise<void> {
    if (this.#model.tasks.filter((task) => task.parent === undefined && !isOver(task)).length >= mostPlaces) return
    const key = newKey()
    const control = this.#send('host', { verb: 'start', offer: 'scripted', input: this.#input(key, stubborn) })
    const { effect = '' } = await this.#host.settled(control)
    this.#ids.set(key, effect.replace(/^as /, ''))
    this.#model.submit(key, { stubborn, place: 'own' })
  }

  async #crash(): Promise<void> {
    const opened = this.#host.of('node.changed').filter(isOpened).length
    const control = this.#send('host', { verb: 'crash' })
    this.#controls.push({ control, model: { fate: 'effective' } })
    this.#waiting = undefined
    this.#model.crash(this.#isolation === 'process' ? 'orphaned' : 'exit')
    await vi.waitFor(
      () => expect(this.#host.of('node.changed').filter(isOpened).length).toBeGreaterThan(opened),
      patience,
    )
  }

  async #play(command: OnTask, task: ModelTask): Promise<void> {
    switch (command.do) {
      case 'suspend': {
        const control = this.#control(task, { verb: 'suspend' }, command.owner)
        this.#expect(control, task, () => this.#model.suspend(task, command.owner))
        return
      }
      case 'resume':
      case 'resumeAll': {
        const owner = command.do === 'resume' ? command.owner : undefined
        const control = this.#control(task, { verb: 'resume', all: owner === undefined }, owner)
        this.#expect(control, task, () => ({ fate: this.#model.resume(task, owner) }))
        this.#happenNow()
        return
      }
      case 'step':
        this.#expect(this.#control(task, { verb: 'step' }), task, () => this.#model.step(task))
        this.#happenNow()
        return
      case 'cancel':
        // Which comes first, the cancel or what its code was told meanwhile, is anybody's.
        if (this.#waiting !== undefined) return
        if (task.cancel !== undefined && !isOver(task)) {
          // It joins the first unless the code, which is told what to do by another way, ends before it has come.
          this.#controls.push({ control: this.#control(task, { verb: 'cancel' }), model: undefined })
          return
        }
        this.#expect(this.#control(task, { verb: 'cancel' }), task, () => this.#model.cancel(task))
        for (const each of this.#model.tasks) {
          if (each.cancel !== undefined && !this.#cancelled.has(each)) this.#cancelled.set(each, performance.now())
        }
        return
      case 'kill':
        this.#expect(this.#control(task, { verb: 'kill' }), task, () => ({ fate: this.#model.kill(task) }))
        if (this.#waiting !== undefined && codeOver(this.#waiting.task)) this.#waiting = undefined
        return
      case 'race':
        await this.#race(task)
        return
      case 'answer':
        if (!this.#model.isAsking(task) || isOver(task) || isHeld(task) || task.state === 'suspended') return
        this.#answer(task)
        return
      default:
        if (task.code === 'waiting' && this.#waiting === undefined) this.#act(command, task)
    }
  }

  /** While its place stands still a task takes no controls: it is held with the task above it. */
  #expect(control: string, task: ModelTask, play: () => ModelControl): void {
    const refused = task.parent !== undefined && isHeld(task)
    this.#controls.push({ control, model: refused || isOver(task) ? { fate: 'refused' } : play() })
  }

  #answer(task: ModelTask): void {
    this.#readOn()
    const requestId = this.#questions.get(this.#ids.get(task.id) ?? task.id) ?? ''
    const control = this.#control(task, { verb: 'answer', requestId, answer: { action: 'decline' } })
    this.#model.answer(task)
    this.#controls.push({ control, model: { fate: 'effective' } })
  }

  /** The value and the kill are under way at once: either may be first, and only that one counts. */
  async #race(task: ModelTask): Promise<void> {
    const alone = task.parent === undefined && task.children.every(isOver)
    if (!alone || task.code !== 'waiting' || isHeld(task) || this.#waiting !== undefined) return
    this.#lines.act(task.id, { do: 'returned' })
    this.#controls.push({ control: this.#control(task, { verb: 'kill' }), model: undefined })
    await vi.waitFor(() => {
      this.#readOn()
      expect(['completed', 'failed']).toContain(this.#toldOf(task).state)
    }, patience)
    if (this.#toldOf(task).state === 'completed') this.#model.end(task, 'returned')
    else this.#model.kill(task)
  }

  #act(command: OnTask, task: ModelTask): void {
    const words = this.#lines.peer(task.id)?.words ?? 0
    const happen = this.#tell(command, task)
    if (isHeld(task)) this.#waiting = { task, words, happen }
    else happen()
  }

  /** Tells the code what to do, and gives what follows in the model once it does. */
  #tell(command: OnTask, task: ModelTask): () => void {
    const act = (action: object): void => this.#lines.act(task.id, action)
    switch (command.do) {
      case 'progress':
      case 'spin':
        act(command)
        return () => undefined
      case 'checkpoint':
        act(command)
        return () => this.#model.checkpoint(task)
      case 'sleep':
        act(command)
        return () => this.#model.sleep(task, Number.POSITIVE_INFINITY)
      case 'ask':
        act(command)
        return () => this.#model.ask(task)
      case 'forget':
        act(command)
        return () => {
          task.rejections += 1
        }
      case 'end':
        act({ do: command.how })
        return () => this.#model.end(task, command.how)
      case 'quit':
      case 'uncaught':
        act(command)
        return () => this.#model.placeEnds(rootOf(task), 'exit')
      case 'spawn': {
        const key = newKey()
        act({ do: 'spawn', awaits: command.awaits, input: this.#input(key, command.stubborn) })
        return () => void this.#model.spawn(task, key, command.stubborn, command.awaits)
      }
      default:
        throw new Error(`${command.do} is nothing that code does`)
    }
  }

  #happenNow(): void {
    const waiting = this.#waiting
    if (waiting === undefined || isHeld(waiting.task)) return
    this.#waiting = undefined
    waiting.happen()
  }

  #input(key: string, stubborn: boolean): object {
    return { port: this.#lines.port, key, stubborn }
  }

  #control(task: ModelTask, command: ControlVerb, owner = 'ann'): string {
    return this.#send(this.#ids.get(task.id) ?? task.id, command, owner)
  }

  #send(target: string, command: ControlVerb, name = 'ann'): string {
    names += 1
    const id = controlId(`model-${names}-${command.verb}`)
    const key = nodeKey(sourceId('module'), target as NodeId)
    this.#host.host.control({ id, target: key, by: { kind: 'person', name }, requestedAt: Date.now(), command })
    return id
  }
}

function told(state: string): Told {
  return { state, failure: undefined, rejections: 0, holds: new Map() }
}

function newKey(): string {
  names += 1
  return `key-${names}`
}

function isOpened(event: { readonly status?: string }): boolean {
  return event.status === 'open'
}

function rootOf(task: ModelTask): ModelTask {
  return task.parent === undefined ? task : rootOf(task.parent)
}

/** Its place stands still, and all code in it. */
function isHeld(task: ModelTask): boolean {
  return rootOf(task).state === 'suspended'
}

/** A child that runs inside the place of a task that is held is shown to be held with it. */
function shownState(task: ModelTask): string {
  const stopped = task.parent !== undefined && isHeld(task)
  return stopped && (task.state === 'running' || task.state === 'input_required') ? 'suspended' : task.state
}
