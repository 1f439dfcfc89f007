/**
 * How tasks begin and end in the reference model: what follows when code is over, when a task is cancelled, and when its
 * grace is over. Children end first.
 */
import {
  type CancelCause,
  codeOver,
  isOver,
  type ModelControl,
  type ModelTask,
  modelGraceMs,
} from './reference-task.ts'

interface CancelWish {
  readonly cause: CancelCause
  readonly control?: ModelControl
  readonly graceMs?: number
  /** Its supervisor shall act by its restart type. */
  readonly restarts?: boolean
}

export class ReferenceEnds {
  readonly tasks: ModelTask[] = []
  now = 0
  /** Called when a task without a parent has ended whose process lives on. */
  onEnd: (task: ModelTask) => void = () => {}
  #cancels = 0

  protected begin(task: ModelTask): void {
    task.state = 'running'
    task.code = 'waiting'
    task.startsWithParent = false
  }

  protected startWaitingChildren(task: ModelTask): void {
    for (const child of task.children) {
      if (child.startsWithParent && child.state === 'pending') this.begin(child)
      child.startsWithParent = false
    }
  }

  protected codeEnds(task: ModelTask, how: 'returned' | 'threw' | 'exited' | 'unwound'): void {
    task.code = how
    task.endedAfterCancel = task.cancel !== undefined
    task.abandoned = false
    // What unwinds late only does as it was told.
    if (isOver(task) && how !== 'unwound') task.late += 1
    if (isOver(task) || task.state === 'suspended') return
    this.conclude(task)
  }

  protected conclude(task: ModelTask): void {
    if (task.cancel === undefined) {
      task.state = 'running'
      if (task.place === 'shared') this.dropHolds(task)
      if (task.code === 'returned') this.startWaitingChildren(task)
      else {
        for (const child of task.children) {
          if (!isOver(child) && child.cancel === undefined) this.cancelTree(child, { cause: 'parent' })
        }
      }
    }
    this.#endIfAlone(task)
  }

  protected dropHolds(task: ModelTask): void {
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
    const cause = task.cancel?.cause
    if (cause === 'timeout' || cause === 'supervisor') {
      // How it ends was fixed when its time was up, or its supervisor began to stop it.
      if (task.endedAfterCancel && task.code !== 'unwound') task.late += 1
      this.#terminal(task, ...outcomeFixedBy(cause))
    } else if (task.code === 'returned') this.#terminal(task, 'completed')
    else if (task.code === 'unwound') this.#terminal(task, 'cancelled')
    else this.#terminal(task, 'failed', task.code === 'exited' ? 'exit' : 'error')
  }

  #terminal(task: ModelTask, state: 'completed' | 'failed' | 'cancelled', failure?: string): void {
    this.dropHolds(task)
    task.state = state
    task.failure = failure
    for (const control of task.cancel?.controls ?? []) control.fate = 'effective'
    const { parent } = task
    if (parent === undefined) {
      this.onEnd(task)
      return
    }
    if (parent.awaited === task && !codeOver(parent)) this.#childAwaited(parent, task)
    this.#endIfAlone(parent)
  }

  /** The parent's code reads how the child it awaits has ended: a value lets it go on, anything else is thrown. */
  #childAwaited(parent: ModelTask, child: ModelTask): void {
    parent.awaited = undefined
    if (child.state === 'completed') {
      if (parent.code === 'awaiting') parent.code = 'waiting'
      // Unless it is stubborn it asks its signal before it goes on.
      if (parent.cancel !== undefined && !parent.stubborn) this.codeEnds(parent, 'unwound')
    } else if (parent.cancel === undefined || child.failure === 'error') this.codeEnds(parent, 'threw')
    else if (parent.stubborn) parent.code = 'waiting'
    else this.codeEnds(parent, child.state === 'cancelled' || child.failure === 'abandoned' ? 'unwound' : 'threw')
  }

  protected cancelTree(root: ModelTask, wish: CancelWish): void {
    const tree = this.#beginCancel(root, wish)
    for (const task of tree.reverse()) this.#unwind(task)
  }

  /** What has not ended is given up before any of its code can unwind. */
  protected endAtOnce(root: ModelTask): void {
    const tree = this.#beginCancel(root, { cause: 'supervisor', graceMs: 0 })
    const readEnds = this.#awaitNoMore(tree)
    for (const task of [...tree].reverse()) {
      if (task.code === 'unstarted') this.#terminal(task, 'cancelled')
      else if (codeOver(task)) this.#endIfAlone(task)
    }
    this.graceEnds(root)
    readEnds()
    for (const task of tree) {
      if (codeOver(task) || task.code === 'unstarted') continue
      if (task.stubborn) task.code = 'waiting'
      else this.codeEnds(task, 'unwound')
    }
  }

  #beginCancel(root: ModelTask, { cause, control, graceMs = modelGraceMs, restarts = false }: CancelWish): ModelTask[] {
    const tree: ModelTask[] = []
    const visit = (task: ModelTask): void => {
      if (isOver(task) || task.cancel !== undefined) return
      tree.push(task)
      for (const child of task.children) visit(child)
    }
    visit(root)
    for (const task of tree) {
      this.dropHolds(task)
      const controls = task === root && control !== undefined ? [control] : []
      this.#cancels += 1
      const order = this.#cancels
      const graceEnds = task === root ? this.now + graceMs : Number.POSITIVE_INFINITY
      task.cancel = { cause: task === root ? cause : 'parent', graceEnds, order, controls, restarts }
      if (task.code !== 'unstarted') task.state = 'cancelling'
    }
    return tree
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
    else this.codeEnds(task, 'unwound')
  }

  protected graceEnds(root: ModelTask): void {
    const tree: ModelTask[] = []
    const visit = (task: ModelTask): void => {
      tree.push(task)
      for (const child of task.children) visit(child)
    }
    visit(root)
    // Nobody's code runs between two of them: all that have not ended are given up together.
    const given = tree.filter((task) => !isOver(task) && !codeOver(task))
    const readEnds = this.#awaitNoMore(given)
    for (const task of given.reverse()) {
      task.abandoned = true
      this.#terminal(task, ...outcomeFixedBy(task.cancel?.cause))
    }
    readEnds()
  }

  /** Their code goes on only after their own tasks were given up: it is read then how the awaited children ended. */
  #awaitNoMore(tasks: readonly ModelTask[]): () => void {
    const pairs = tasks.flatMap((task) => (task.awaited === undefined ? [] : [{ task, child: task.awaited }]))
    for (const { task } of pairs) task.awaited = undefined
    return () => {
      for (const { task, child } of pairs) if (!codeOver(task)) this.#childAwaited(task, child)
    }
  }
}

/** How a task ends that is given up, or whose end was fixed when its cancel began. */
function outcomeFixedBy(cause: CancelCause | undefined): ['failed' | 'cancelled', string?] {
  if (cause === 'supervisor') return ['cancelled']
  return ['failed', cause === 'timeout' ? 'timeout' : 'abandoned']
}
