/**
 * A small model of what a supervisor does with its tasks, written from OTP's rules and sharing nothing with
 * `core/supervisor`: no promises, no reports. What takes its time is a generator that goes on when a task has ended.
 */
import type { ReferenceModel } from './reference-model.ts'
import { isOver, type ModelControl, type ModelTask } from './reference-task.ts'

export type ModelStrategy = 'one_for_one' | 'one_for_all' | 'rest_for_one' | 'simple_one_for_one'

export interface ModelChildSpec {
  readonly restart: 'permanent' | 'transient' | 'temporary'
  /** How long it may unwind when it is stopped; 0 for `brutal_kill`. */
  readonly shutdownMs: number
  readonly stubborn: boolean
  readonly timeoutMs: number | undefined
}

export interface ModelChild {
  /** Unique among its siblings. */
  readonly id: string
  /** Of its definition. */
  readonly name: string
  readonly spec: ModelChildSpec
  /** Of a child that is a supervisor itself. */
  readonly supervises: ModelSupervisorOptions | undefined
  /** The attempt that lives. */
  living: ModelTask | undefined
  newest: ModelTask | undefined
  /** What lives of a child that is a supervisor itself. */
  nested: ReferenceSupervisor | undefined
  /** It is being stopped by its supervisor, or was: its end is no reason to start it again. */
  stopped: boolean
  /** Somebody ended it on purpose. */
  terminated: boolean
}

export interface ModelSupervisorOptions {
  readonly id: string
  readonly strategy: ModelStrategy
  readonly intensity: number
  readonly periodMs: number
  /** With `simple_one_for_one` the template alone. */
  readonly children: readonly {
    readonly name: string
    readonly spec: ModelChildSpec
    readonly supervises?: ModelSupervisorOptions | undefined
  }[]
}

/** What is counted of all supervisors that have had one id. */
export interface ModelBook {
  opened: number
  restarts: number
  gaveUp: number
  /** How often children of each name were started. */
  readonly starts: Map<string, number>
}

/** All supervisors of one process. */
export interface ModelTree {
  readonly model: ReferenceModel
  /** By id; outlive the process. */
  readonly books: Map<string, ModelBook>
  /** The one that was opened last under each id. */
  readonly newest: Map<string, ReferenceSupervisor>
}

type End = 'normal' | 'shutdown' | 'crash' | 'terminated'

type Waiting = Generator<undefined, void>

/** Goes on as far as it can each time. */
type Course = { next(): { readonly done?: boolean } }

export class ReferenceSupervisor {
  readonly id: string
  readonly strategy: ModelStrategy
  readonly owner: ReferenceSupervisor | undefined
  children: ModelChild[] = []
  status: 'open' | 'closing' | 'closed' | 'failed' = 'open'
  /** A person stopped it: its own supervisor leaves it so. */
  terminated = false
  readonly #tree: ModelTree
  readonly #model: ReferenceModel
  readonly #book: ModelBook
  readonly #options: ModelSupervisorOptions
  #added = 0
  /** It was told to stop, or was killed, and has done nothing about it yet. */
  begins = false
  #ending: 'closed' | 'failed' | undefined
  #window: number[] = []
  /** What goes on at once. */
  #courses: Course[] = []
  /** Restarts of several children, and what has to wait for them: one after the other. */
  readonly #queue: Course[] = []

  constructor(tree: ModelTree, options: ModelSupervisorOptions, owner?: ReferenceSupervisor) {
    this.#tree = tree
    this.#model = tree.model
    this.#options = options
    this.id = options.id
    this.strategy = options.strategy
    this.owner = owner
    this.#book = tree.books.get(this.id) ?? { opened: 0, restarts: 0, gaveUp: 0, starts: new Map() }
    this.#book.opened += 1
    tree.books.set(this.id, this.#book)
    tree.newest.set(this.id, this)
    if (this.strategy === 'simple_one_for_one') return
    this.children = options.children.map((child) => createChild(child.name, child))
    for (const child of this.children) this.#start(child)
  }

  get over(): boolean {
    return this.status === 'closed' || this.status === 'failed'
  }

  /** It takes no more children, or is over. */
  get isEnding(): boolean {
    return this.#ending !== undefined
  }

  /** The same one anew, after its end. */
  reopen(): void {
    new ReferenceSupervisor(this.#tree, this.#options)
  }

  /** Whether a task of this name is one of its children, or of those below. */
  keeps(name: string): boolean {
    const isIn = ({ children }: ModelSupervisorOptions): boolean =>
      children.some((child) => (child.supervises === undefined ? child.name === name : isIn(child.supervises)))
    return isIn(this.#options)
  }

  /** The child of its owner that it is. */
  get place(): ModelChild | undefined {
    return this.owner?.children.find(({ supervises }) => supervises?.id === this.id)
  }

  /** Adds a child of the template. */
  add(): void {
    const [template] = this.#options.children
    if (template === undefined) return
    this.#added += 1
    const child = createChild(`${template.name}-${this.#added}`, template)
    this.children.push(child)
    this.#start(child)
  }

  /** A person stops it. */
  stop(): ModelControl {
    const control: ModelControl = { fate: this.over ? 'refused' : 'open' }
    if (this.over) return control
    this.terminated = true
    this.close()
    this.#courses.push(this.#untilOver(control))
    this.settle()
    return control
  }

  close(): void {
    if (this.status === 'closing' || this.over) return
    this.status = 'closing'
    this.begins = true
    this.#end('closed')
  }

  /** Everything below it ends at once. */
  kill(): void {
    this.close()
    this.begins = true
    for (const { living, nested } of [...this.children].reverse()) {
      if (living !== undefined) this.#model.endNow(living)
      nested?.kill()
    }
  }

  restartChild(child: ModelChild, control: ModelControl = { fate: 'open' }): ModelControl {
    if (this.isEnding) control.fate = 'refused'
    else
      this.#queue.push({
        next: () => {
          this.#restartByHand(child, control)
          return { done: true }
        },
      })
    this.settle()
    return control
  }

  terminateChild(child: ModelChild): ModelControl {
    const control: ModelControl = { fate: 'open' }
    child.terminated = true
    this.#courses.push(this.#stopThen(child, control))
    this.settle()
    return control
  }

  /** A task has ended; `false` when it is none of this supervisor's, or of those below. */
  taskEnded(task: ModelTask): boolean {
    const child = this.children.find(({ living }) => living === task)
    if (child === undefined) return this.children.some(({ nested }) => nested?.taskEnded(task) === true)
    this.#ended(child, endOf(task))
    return true
  }

  /** Its process has ended without a word. */
  crash(): void {
    this.#courses = []
    this.#queue.length = 0
    this.#ending ??= 'closed'
    if (!this.over) this.status = 'closed'
    for (const child of this.children) child.living = undefined
  }

  /** Goes on as far as it can; `false` when that was nowhere. */
  settle(): boolean {
    let hasMoved = false
    for (let moved = true; moved; hasMoved ||= moved) {
      moved = false
      this.begins = false
      for (const child of this.children) {
        const { nested } = child
        if (nested?.settle() === true) moved = true
        if (nested?.over !== true) continue
        this.#ended(child, nested.terminated ? 'terminated' : 'shutdown')
        moved = true
      }
      for (const course of [...this.#courses]) {
        if (!course.next().done) continue
        this.#courses = this.#courses.filter((one) => one !== course)
        moved = true
      }
      const [first] = this.#queue
      if (first?.next().done) {
        this.#queue.shift()
        moved = true
      }
      for (const { nested } of this.children) if (nested?.begins === true) moved = true
    }
    return hasMoved
  }

  #ended(child: ModelChild, end: End): void {
    child.living = undefined
    child.nested = undefined
    if (end === 'terminated') child.terminated = true
    if (!this.isEnding && !child.stopped && wantsRestart(child.spec, end)) {
      if (this.strategy === 'one_for_all' || this.strategy === 'rest_for_one') this.#queue.push(this.#restart(child))
      else this.#courses.push(this.#restart(child))
    } else if (this.strategy === 'simple_one_for_one') this.children = this.children.filter((one) => one !== child)
  }

  #start(child: ModelChild): void {
    child.stopped = false
    child.terminated = false
    if (child.supervises !== undefined) {
      child.nested = new ReferenceSupervisor(this.#tree, child.supervises, this)
      return
    }
    const { starts } = this.#book
    const count = (starts.get(child.name) ?? 0) + 1
    starts.set(child.name, count)
    const { stubborn, timeoutMs } = child.spec
    const options = { stubborn, ...(timeoutMs !== undefined && { timeoutMs }) }
    child.living = this.#model.submit(`${child.name}~${count}`, options)
    child.newest = child.living
  }

  *#restart(child: ModelChild): Waiting {
    if (lives(child) || child.terminated || this.isEnding) return
    const { intensity, periodMs } = this.#options
    this.#window = [...this.#window.filter((at) => at > this.#model.now - periodMs), this.#model.now]
    if (this.#window.length > intensity) {
      this.#book.gaveUp += 1
      this.#end('failed')
      return
    }
    this.#book.restarts += 1
    const group = this.#groupOf(child)
    for (const each of [...group].reverse()) yield* this.#stop(each)
    if (this.isEnding) return
    // Temporary children go down with the others and are not started again, nor is what somebody has ended on purpose.
    for (const each of group) if (!each.terminated && each.spec.restart !== 'temporary') this.#start(each)
  }

  #groupOf(child: ModelChild): readonly ModelChild[] {
    if (this.strategy === 'one_for_all') return [...this.children]
    return this.strategy === 'rest_for_one' ? this.children.slice(this.children.indexOf(child)) : [child]
  }

  #restartByHand(child: ModelChild, control: ModelControl): void {
    const may = !this.isEnding && !lives(child) && this.children.includes(child)
    control.fate = may ? 'effective' : 'refused'
    if (may) this.#start(child)
  }

  *#stop(child: ModelChild): Waiting {
    child.stopped = true
    const { living, nested } = child
    if (nested !== undefined) {
      nested.close()
      yield* this.#untilNestedEnds(child, nested)
    }
    if (living === undefined) return
    this.#model.shutDown(living, child.spec.shutdownMs)
    while (!isOver(living)) yield
  }

  /** It has been asked to end, and is ended with everything below it when its time is over. */
  *#untilNestedEnds(child: ModelChild, nested: ReferenceSupervisor): Waiting {
    const timeOver = this.#model.comesDue(child.spec.shutdownMs)
    while (child.nested !== undefined && !timeOver.isPast) yield
    this.#model.forget(timeOver)
    if (child.nested !== undefined) nested.kill()
    while (child.nested !== undefined) yield
  }

  *#stopThen(child: ModelChild, control: ModelControl): Waiting {
    yield* this.#stop(child)
    control.fate = 'effective'
  }

  *#untilOver(control: ModelControl): Waiting {
    while (!this.over) yield
    control.fate = 'effective'
  }

  #end(how: 'closed' | 'failed'): void {
    if (this.#ending !== undefined) return
    this.#ending = how
    this.#courses.push(this.#stopAll(how))
  }

  *#stopAll(how: 'closed' | 'failed'): Waiting {
    const children = [...this.children].reverse()
    if (this.strategy === 'simple_one_for_one') {
      // Children of one template know no order.
      const courses = children.map((child) => this.#stop(child))
      while (courses.map((course) => course.next().done === true).includes(false)) yield
    } else for (const child of children) yield* this.#stop(child)
    this.status = how
  }
}

function createChild(id: string, from: ModelSupervisorOptions['children'][number]): ModelChild {
  const { name, spec, supervises } = from
  const none = { living: undefined, newest: undefined, nested: undefined }
  return { id, name, spec, supervises, ...none, stopped: false, terminated: false }
}

function lives({ living, nested }: ModelChild): boolean {
  return living !== undefined || nested !== undefined
}

/** What an end means to the supervisor: whatever a person has cancelled was terminated. */
function endOf({ state, cancel }: ModelTask): End {
  if (cancel?.cause === 'cancel') {
    if (!cancel.restarts) return 'terminated'
    // Its reason is none of OTP's normal ones.
    if (state === 'cancelled') return 'crash'
  }
  if (state === 'completed') return 'normal'
  return state === 'cancelled' ? 'shutdown' : 'crash'
}

function wantsRestart({ restart }: ModelChildSpec, end: End): boolean {
  if (end === 'terminated' || restart === 'temporary') return false
  return restart === 'permanent' || end === 'crash'
}
