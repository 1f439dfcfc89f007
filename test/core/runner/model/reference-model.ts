/**
 * A small model of what tasks do, written from the rules and sharing nothing with the runner: no lifecycle table, no
 * events, no promises. After each command it is in the states that must follow once everything has settled.
 */
import {
  codeOver,
  createModelTask,
  type Fate,
  isOver,
  type ModelControl,
  type ModelOptions,
  type ModelTask,
  modelGraceMs,
} from './reference-task.ts'

export class ReferenceModel {
  readonly tasks: ModelTask[] = []
  now = 0
  #cancels = 0

  submit(id: string, options: ModelOptions & { heldBy?: string }): ModelTask {
    const task = this.#create(id, undefined, options)
    if (options.heldBy === undefined) this.#begin(task)
    else {
      task.holds.set(options.heldBy, { fate: 'open' })
      this.#stand(task)
    }
    return task
  }

  spawn(parent: ModelTask, id: string, stubborn: boolean, awaits: boolean): ModelTask | undefined {
    if (parent.cancel !== undefined) {
      // The refusal is thrown into the code, which unwinds unless it is stubborn.
      if (!parent.stubborn) this.#codeEnds(parent, 'unwound')
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
    if (!held) this.#begin(child)
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
    this.#codeEnds(task, how)
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
      else this.#startWaitingChildren(task)
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

  cancel(task: ModelTask): ModelControl {
    const control: ModelControl = { fate: 'open' }
    if (isOver(task)) control.fate = 'refused'
    else if (task.cancel !== undefined) task.cancel.controls.push(control)
    else this.#cancelTree(task, 'cancel', control)
    return control
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
      this.#dropHolds(task)
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
    }
    this.#pass(until - this.now)
  }

  /** What is thrown into the code that would wait here, unless it is stubborn, ends it. */
  #mustUnwind(task: ModelTask): boolean {
    if (task.cancel === undefined) return false
    if (!task.stubborn) this.#codeEnds(task, 'unwound')
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
    for (const control of [...task.holds.values(), task.step, ...(task.cancel?.controls ?? [])]) {
      if (control?.fate === 'open') control.fate = 'refused'
    }
    task.step = undefined
    task.holds.clear()
    task.state = 'failed'
    if (failure !== 'killed') task.failure = failure
    else task.failure = timedOut ? 'timeout' : unstarted ? 'exit' : 'killed'
  }

  #create(id: string, parent: ModelTask | undefined, options: ModelOptions): ModelTask {
    const task = createModelTask(id, parent, options)
    this.tasks.push(task)
    return task
  }

  #begin(task: ModelTask): void {
    task.state = 'running'
    task.code = 'waiting'
    task.startsWithParent = false
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
      this.#begin(task)
      return
    }
    if (codeOver(task)) {
      if (task.place === 'shared') this.#conclude(task)
      return
    }
    this.#startWaitingChildren(task)
    const wasReady = task.code === 'standing' && (task.wakesAt === -1 || task.wakesAt <= this.now)
    if (task.from === 'input_required' && task.code !== 'asking') task.state = 'running'
    if (wasReady) task.code = 'waiting'
    if (task.code === 'asking') task.state = 'input_required'
  }

  #startWaitingChildren(task: ModelTask): void {
    for (const child of task.children) {
      if (child.startsWithParent && child.state === 'pending') this.#begin(child)
      child.startsWithParent = false
    }
  }

  #codeEnds(task: ModelTask, how: 'returned' | 'threw' | 'exited' | 'unwound'): void {
    task.code = how
    task.endedAfterCancel = task.cancel !== undefined
    task.abandoned = false
    // What unwinds late only does as it was told.
    if (isOver(task) && how !== 'unwound') task.late += 1
    if (isOver(task) || task.state === 'suspended') return
    this.#conclude(task)
  }

  #conclude(task: ModelTask): void {
    if (task.cancel === undefined) {
      task.state = 'running'
      if (task.place === 'shared') this.#dropHolds(task)
      if (task.code === 'returned') this.#startWaitingChildren(task)
      else {
        for (const child of task.children) {
          if (!isOver(child) && child.cancel === undefined) this.#cancelTree(child, 'parent', undefined)
        }
      }
    }
    this.#endIfAlone(task)
  }

  #dropHolds(task: ModelTask): void {
    for (const control of task.holds.values()) if (control.fate === 'open') control.fate = 'refused'
    task.holds.clear()
    if (task.step !== undefined) task.step.fate = 'effective'
    task.step = undefined
  }

  #endIfAlone(task: ModelTask): void {
    if (isOver(task) || task.state === 'suspended' || !codeOver(task)) return
    if (task.children.some((child) => !isOver(child))) return
    this.#finish(task)
  }

  #finish(task: ModelTask): void {
    if (task.cancel?.cause === 'timeout') {
      // How it ends was fixed when its time was up.
      if (task.endedAfterCancel && task.code !== 'unwound') task.late += 1
      this.#terminal(task, 'failed', 'timeout')
    } else if (task.code === 'returned') this.#terminal(task, 'completed')
    else if (task.code === 'unwound') this.#terminal(task, 'cancelled')
    else this.#terminal(task, 'failed', task.code === 'exited' ? 'exit' : 'error')
  }

  #terminal(task: ModelTask, state: 'completed' | 'failed' | 'cancelled', failure?: string): void {
    this.#dropHolds(task)
    task.state = state
    task.failure = failure
    for (const control of task.cancel?.controls ?? []) control.fate = 'effective'
    const { parent } = task
    if (parent === undefined) return
    if (parent.awaited === task && !codeOver(parent)) this.#childAwaited(parent, task)
    this.#endIfAlone(parent)
  }

  /** The parent's code reads how the child it awaits has ended: a value lets it go on, anything else is thrown. */
  #childAwaited(parent: ModelTask, child: ModelTask): void {
    parent.awaited = undefined
    if (child.state === 'completed') {
      if (parent.code === 'awaiting') parent.code = 'waiting'
      // Unless it is stubborn it asks its signal before it goes on.
      if (parent.cancel !== undefined && !parent.stubborn) this.#codeEnds(parent, 'unwound')
    } else if (parent.cancel === undefined || child.failure === 'error') this.#codeEnds(parent, 'threw')
    else if (parent.stubborn) parent.code = 'waiting'
    else this.#codeEnds(parent, child.state === 'cancelled' || child.failure === 'abandoned' ? 'unwound' : 'threw')
  }

  #cancelTree(root: ModelTask, cause: 'cancel' | 'parent' | 'timeout', control: ModelControl | undefined): void {
    const tree: ModelTask[] = []
    const visit = (task: ModelTask): void => {
      if (isOver(task) || task.cancel !== undefined) return
      tree.push(task)
      for (const child of task.children) visit(child)
    }
    visit(root)
    for (const task of tree) {
      this.#dropHolds(task)
      const controls = task === root && control !== undefined ? [control] : []
      this.#cancels += 1
      const order = this.#cancels
      const graceEnds = task === root ? this.now + modelGraceMs : Number.POSITIVE_INFINITY
      task.cancel = { cause: task === root ? cause : 'parent', graceEnds, order, controls }
      if (task.code !== 'unstarted') task.state = 'cancelling'
    }
    for (const task of tree.reverse()) this.#unwind(task)
  }

  #unwind(task: ModelTask): void {
    if (isOver(task)) return
    if (task.code === 'unstarted') {
      this.#terminal(task, 'cancelled')
      return
    }
    if (codeOver(task)) {
      this.#endIfAlone(task)
      return
    }
    // Code that awaits a child hears of the cancel from the child alone.
    if (task.code === 'awaiting') return
    if (task.stubborn) task.code = 'waiting'
    else this.#codeEnds(task, 'unwound')
  }

  #nextDue(until: number): { at: number; happen: () => void } | undefined {
    let first: { at: number; order: number; happen: () => void } | undefined
    // Only graces come due at one moment; then the one that began first ends first.
    const offer = (at: number, happen: () => void, order = 0): void => {
      if (at > until || (first !== undefined && (at > first.at || (at === first.at && order >= first.order)))) return
      first = { at, order, happen }
    }
    for (const task of this.tasks) {
      if (task.code === 'standing' && task.wakesAt > this.now - 1 && task.wakesAt >= 0 && !isOver(task)) {
        offer(task.wakesAt, () => {
          task.wakesAt = -1
          if (task.state !== 'suspended') task.code = 'waiting'
        })
      }
      if (task.cancel !== undefined && !isOver(task))
        offer(task.cancel.graceEnds, () => this.#graceEnds(task), task.cancel.order)
      if (task.state === 'running' && task.timeoutMs !== undefined) {
        offer(this.now + task.timeoutMs - task.runningMs, () => this.#cancelTree(task, 'timeout', undefined))
      }
    }
    return first
  }

  #pass(ms: number): void {
    this.now += ms
    for (const task of this.tasks) if (task.state === 'running') task.runningMs += ms
  }

  #graceEnds(root: ModelTask): void {
    const tree: ModelTask[] = []
    const visit = (task: ModelTask): void => {
      tree.push(task)
      for (const child of task.children) visit(child)
    }
    visit(root)
    // Nobody's code runs between two of them: all that have not ended are given up together.
    const given = tree.filter((task) => !isOver(task) && !codeOver(task))
    for (const task of given.reverse()) {
      task.abandoned = true
      const timedOut = task.cancel?.cause === 'timeout'
      const awaiting = task !== root && task.parent?.awaited === task ? task.parent : undefined
      if (awaiting !== undefined) awaiting.awaited = undefined
      this.#terminal(task, 'failed', timedOut ? 'timeout' : 'abandoned')
      // Code that awaited this child goes on after its own task was given up too.
      if (awaiting !== undefined && !codeOver(awaiting)) {
        awaiting.code = awaiting.stubborn ? 'waiting' : 'unwound'
      }
    }
  }
}
