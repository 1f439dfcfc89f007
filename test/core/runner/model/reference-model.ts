/**
 * A small model of what tasks do, written from the rules and sharing nothing with the runner: no lifecycle table, no
 * events, no promises. After each command it is in the states that must follow once everything has settled.
 */
import { ReferenceEnds } from './reference-ends.ts'
import {
  codeOver,
  createModelTask,
  type Fate,
  isOver,
  type ModelControl,
  type ModelOptions,
  type ModelTask,
} from './reference-task.ts'

/** Told by a flag and not by the clock: sums of fractions do not meet exactly. */
export interface ModelMoment {
  readonly at: number
  isPast: boolean
}

export class ReferenceModel extends ReferenceEnds {
  /** Called when something has happened by time alone, and before time goes on. */
  onSettled: () => void = () => {}
  readonly #moments = new Set<ModelMoment>()

  submit(id: string, options: ModelOptions & { heldBy?: string }): ModelTask {
    const task = this.#create(id, undefined, options)
    if (options.heldBy === undefined) this.begin(task)
    else {
      task.holds.set(options.heldBy, { fate: 'open' })
      this.#stand(task)
    }
    return task
  }

  spawn(parent: ModelTask, id: string, stubborn: boolean, awaits: boolean): ModelTask | undefined {
    if (parent.cancel !== undefined) {
      // The refusal is thrown into the code, which unwinds unless it is stubborn.
      if (!parent.stubborn) this.codeEnds(parent, 'unwound')
      return undefined
    }
    const child = this.#create(id, parent, { stubborn })
    parent.children.push(child)
    const held = parent.holds.size > 0
    child.startsWithParent = held
    if (awaits) {
      parent.code = 'awaiting'
      parent.awaited = child
      if (held) this.#stand(parent)
    }
    if (!held) this.begin(child)
    return child
  }

  /** @param brokenBy a breakpoint that holds whoever comes here. */
  checkpoint(task: ModelTask, brokenBy?: string): void {
    if (this.#mustUnwind(task)) return
    if (brokenBy !== undefined && !task.holds.has(brokenBy)) task.holds.set(brokenBy, { fate: 'open' })
    if (task.holds.size === 0) return
    task.code = 'standing'
    task.wakesAt = -1
    this.#stand(task)
  }

  sleep(task: ModelTask, ms: number): void {
    if (this.#mustUnwind(task)) return
    task.code = 'standing'
    task.wakesAt = this.now + ms
    if (task.holds.size > 0) this.#stand(task)
  }

  ask(task: ModelTask): void {
    if (this.#mustUnwind(task)) return
    task.code = 'asking'
    if (task.holds.size > 0) this.#stand(task)
    else task.state = 'input_required'
  }

  /** Whether a question is really open: one whose task was held before it could ask is not. */
  isAsking(task: ModelTask): boolean {
    return task.code === 'asking' && (task.state === 'input_required' || task.from === 'input_required')
  }

  answer(task: ModelTask): void {
    task.code = task.state === 'suspended' ? 'standing' : 'waiting'
    task.wakesAt = -1
    if (task.state === 'input_required') task.state = 'running'
  }

  end(task: ModelTask, how: 'returned' | 'threw' | 'exited'): void {
    this.codeEnds(task, how)
  }

  suspend(task: ModelTask, owner: string): ModelControl {
    const control: ModelControl = { fate: 'open' }
    // A place of its own is held as a whole, whoever still runs in it.
    const draining = codeOver(task) && task.state === 'running' && task.place === 'shared'
    if (isOver(task) || task.state === 'cancelling' || draining || task.holds.has(owner)) {
      control.fate = 'refused'
      return control
    }
    task.holds.set(owner, control)
    if (task.state === 'suspended') control.fate = 'effective'
    else if (task.step === undefined && this.#canStand(task)) this.#stand(task)
    return control
  }

  resume(task: ModelTask, owner: string | undefined): Fate {
    const owners = owner === undefined ? [...task.holds.keys()] : [...task.holds.keys()].filter((one) => one === owner)
    if (isOver(task) || owners.length === 0) return 'refused'
    for (const one of owners) {
      const control = task.holds.get(one)
      if (control?.fate === 'open') control.fate = 'refused'
      task.holds.delete(one)
    }
    if (task.holds.size === 0) {
      if (task.step !== undefined) task.step.fate = 'refused'
      task.step = undefined
      if (task.state === 'suspended') this.#goOn(task)
      else this.startWaitingChildren(task)
    }
    return 'effective'
  }

  step(task: ModelTask): ModelControl {
    const control: ModelControl = { fate: 'open' }
    if (task.state !== 'suspended') {
      control.fate = 'refused'
      return control
    }
    task.step = control
    this.#goOn(task)
    return control
  }

  /** @param restarts its supervisor shall act by its restart type. */
  cancel(task: ModelTask, restarts = false): ModelControl {
    const control: ModelControl = { fate: 'open' }
    if (isOver(task)) control.fate = 'refused'
    else if (task.cancel !== undefined) task.cancel.controls.push(control)
    else this.cancelTree(task, { cause: 'cancel', control, restarts })
    return control
  }

  /** As a person ends it whose supervisor shall act by its restart type. */
  terminate(task: ModelTask): ModelControl {
    return this.cancel(task, true)
  }

  /** A supervisor stops it: at once where it gives no grace. */
  shutDown(task: ModelTask, graceMs: number): void {
    if (isOver(task) || task.cancel !== undefined) return
    if (graceMs > 0) this.cancelTree(task, { cause: 'supervisor', graceMs })
    else this.endAtOnce(task)
  }

  /** A supervisor ends it with no grace, whatever it was left before. */
  endNow(task: ModelTask): void {
    if (isOver(task)) return
    if (task.cancel === undefined) this.endAtOnce(task)
    else this.graceEnds(task)
  }

  /** Somebody has something to do after so long; the model then says that it has settled. */
  comesDue(inMs: number): ModelMoment {
    const moment: ModelMoment = { at: this.now + inMs, isPast: inMs <= 0 }
    if (!moment.isPast) this.#moments.add(moment)
    return moment
  }

  /** Nobody waits for it any more. */
  forget(moment: ModelMoment): void {
    this.#moments.delete(moment)
  }

  /** A task that shares its place with others cannot be killed. */
  kill(task: ModelTask): Fate {
    if (isOver(task) || task.place === 'shared' || task.code === 'unstarted') return 'refused'
    this.placeEnds(task, 'killed')
    return 'effective'
  }

  /** The place of a task has ended, and everything in it with it. Those who asked for its end have got it. */
  placeEnds(task: ModelTask, failure: 'killed' | 'exit'): void {
    for (const child of task.children) this.placeEnds(child, failure)
    if (!isOver(task) && task.parent === undefined) {
      this.dropHolds(task)
      for (const control of task.cancel?.controls ?? []) control.fate = 'effective'
    }
    this.#gone(task, failure)
  }

  /** The process of all tasks has ended without a word. @param alone what becomes of tasks in processes of their own. */
  crash(alone: 'exit' | 'orphaned' = 'exit'): void {
    for (const task of [...this.tasks].reverse()) this.#gone(task, task.place === 'own' ? alone : 'exit')
  }

  advance(ms: number): void {
    const until = this.now + ms
    let happened = 0
    for (let due = this.#nextDue(until); due !== undefined; due = this.#nextDue(until)) {
      happened += 1
      if (happened > 1000)
        throw new Error(
          `the model stands still: ${JSON.stringify(this.tasks.map(({ id, state, code }) => [id, state, code]))}`,
        )
      this.#pass(due.at - this.now)
      due.happen()
      this.onSettled()
    }
    this.#pass(until - this.now)
  }

  /** What is thrown into the code that would wait here, unless it is stubborn, ends it. */
  #mustUnwind(task: ModelTask): boolean {
    if (task.cancel === undefined) return false
    if (!task.stubborn) this.codeEnds(task, 'unwound')
    return true
  }

  #canStand(task: ModelTask): boolean {
    return task.place === 'own' || ['standing', 'asking', 'unstarted'].includes(task.code)
  }

  #gone(task: ModelTask, failure: string): void {
    task.code = 'gone'
    task.abandoned = false
    if (isOver(task)) return
    const timedOut = task.cancel?.cause === 'timeout'
    const unstarted = task.state === 'pending'
    const shutDown = task.state === 'cancelling' && task.cancel?.cause === 'supervisor'
    for (const control of [...task.holds.values(), task.step, ...(task.cancel?.controls ?? [])]) {
      if (control?.fate === 'open') control.fate = 'refused'
    }
    task.step = undefined
    task.holds.clear()
    task.state = shutDown ? 'cancelled' : 'failed'
    // Its outcome was fixed when its supervisor began to stop it.
    if (shutDown) task.failure = undefined
    else if (failure !== 'killed') task.failure = failure
    else task.failure = timedOut ? 'timeout' : unstarted ? 'exit' : 'killed'
  }

  #create(id: string, parent: ModelTask | undefined, options: ModelOptions): ModelTask {
    const task = createModelTask(id, parent, options)
    this.tasks.push(task)
    return task
  }

  #stand(task: ModelTask): void {
    task.from = task.state
    task.state = 'suspended'
    for (const control of task.holds.values()) control.fate = 'effective'
    if (task.step !== undefined) task.step.fate = 'effective'
    task.step = undefined
  }

  #goOn(task: ModelTask): void {
    task.state = task.from
    if (task.state === 'pending') {
      this.begin(task)
      return
    }
    if (codeOver(task)) {
      if (task.place === 'shared') this.conclude(task)
      return
    }
    this.startWaitingChildren(task)
    const wasReady = task.code === 'standing' && (task.wakesAt === -1 || task.wakesAt <= this.now)
    if (task.from === 'input_required' && task.code !== 'asking') task.state = 'running'
    if (wasReady) task.code = 'waiting'
    if (task.code === 'asking') task.state = 'input_required'
  }

  #nextDue(until: number): { at: number; happen: () => void } | undefined {
    let first: { at: number; order: number; happen: () => void } | undefined
    // Only graces come due at one moment; then the one that began first ends first.
    const offer = (at: number, happen: () => void, order = 0): void => {
      if (at > until || (first !== undefined && (at > first.at || (at === first.at && order >= first.order)))) return
      first = { at, order, happen }
    }
    for (const moment of this.#moments) {
      offer(moment.at, () => {
        moment.isPast = true
        this.#moments.delete(moment)
      })
    }
    for (const task of this.tasks) {
      if (task.code === 'standing' && task.wakesAt > this.now - 1 && task.wakesAt >= 0 && !isOver(task)) {
        offer(task.wakesAt, () => {
          task.wakesAt = -1
          if (task.state !== 'suspended') task.code = 'waiting'
        })
      }
      if (task.cancel !== undefined && !isOver(task))
        offer(task.cancel.graceEnds, () => this.graceEnds(task), task.cancel.order)
      if (task.state === 'running' && task.timeoutMs !== undefined) {
        offer(this.now + task.timeoutMs - task.runningMs, () => this.cancelTree(task, { cause: 'timeout' }))
      }
    }
    return first
  }

  #pass(ms: number): void {
    this.now += ms
    for (const task of this.tasks) if (task.state === 'running') task.runningMs += ms
  }
}
