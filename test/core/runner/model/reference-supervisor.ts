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
  /** The attempt that lives. */
  living: ModelTask | undefined
  newest: ModelTask | undefined
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
  readonly children: readonly { readonly name: string; readonly spec: ModelChildSpec }[]
}

type Waiting = Generator<undefined, void>

/** Goes on as far as it can each time. */
type Course = { next(): { readonly done?: boolean } }

export class ReferenceSupervisor {
  readonly id: string
  readonly strategy: ModelStrategy
  children: ModelChild[] = []
  status: 'open' | 'closing' | 'closed' | 'failed' = 'open'
  restarts = 0
  gaveUp = 0
  /** How often children of each name were started. */
  readonly starts: Map<string, number>
  readonly #options: ModelSupervisorOptions
  readonly #model: ReferenceModel
  #added = 0
  #ending: 'closed' | 'failed' | undefined
  #window: number[] = []
  /** What goes on at once. */
  #courses: Course[] = []
  /** Restarts of several children, and what has to wait for them: one after the other. */
  readonly #queue: Course[] = []

  constructor(model: ReferenceModel, options: ModelSupervisorOptions, starts = new Map<string, number>()) {
    this.#model = model
    this.#options = options
    this.id = options.id
    this.strategy = options.strategy
    this.starts = starts
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
  reopened(): ReferenceSupervisor {
    const again = new ReferenceSupervisor(this.#model, this.#options, this.starts)
    again.restarts = this.restarts
    again.gaveUp = this.gaveUp
    return again
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

  stop(): ModelControl {
    const control: ModelControl = { fate: this.over ? 'refused' : 'open' }
    if (this.over) return control
    this.status = 'closing'
    this.#end('closed')
    this.#courses.push(this.#untilOver(control))
    this.settle()
    return control
  }

  /** @returns the wish, for a child that nobody has begun to start again. */
  restartChild(child: ModelChild): ModelControl {
    const control: ModelControl = { fate: 'open' }
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

  /** A task has ended; `false` when it is none of this supervisor. */
  taskEnded(task: ModelTask): boolean {
    const child = this.children.find(({ living }) => living === task)
    if (child === undefined) return false
    child.living = undefined
    const end = endOf(task)
    if (end === 'terminated') child.terminated = true
    if (!this.isEnding && !child.stopped && wantsRestart(child.spec, end)) {
      if (this.strategy === 'one_for_all' || this.strategy === 'rest_for_one') this.#queue.push(this.#restart(child))
      else this.#courses.push(this.#restart(child))
    } else if (this.strategy === 'simple_one_for_one') this.children = this.children.filter((one) => one !== child)
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

  /** Goes on as far as it can. */
  settle(): void {
    for (let moved = true; moved; ) {
      moved = false
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
    }
  }

  #start(child: ModelChild): void {
    const count = (this.starts.get(child.name) ?? 0) + 1
    this.starts.set(child.name, count)
    const { stubborn, timeoutMs } = child.spec
    const options = { stubborn, ...(timeoutMs !== undefined && { timeoutMs }) }
    child.living = this.#model.submit(`${child.name}~${count}`, options)
    child.newest = child.living
    child.stopped = false
    child.terminated = false
  }

  *#restart(child: ModelChild): Waiting {
    if (child.living !== undefined || child.terminated || this.isEnding) return
    const { intensity, periodMs } = this.#options
    this.#window = [...this.#window.filter((at) => at > this.#model.now - periodMs), this.#model.now]
    if (this.#window.length > intensity) {
      this.gaveUp += 1
      this.#end('failed')
      return
    }
    this.restarts += 1
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
    const may = !this.isEnding && child.living === undefined && this.children.includes(child)
    control.fate = may ? 'effective' : 'refused'
    if (may) this.#start(child)
  }

  *#stop(child: ModelChild): Waiting {
    child.stopped = true
    const { living } = child
    if (living === undefined) return
    this.#model.shutDown(living, child.spec.shutdownMs)
    while (!isOver(living)) yield
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

function createChild(id: string, { name, spec }: ModelSupervisorOptions['children'][number]): ModelChild {
  return { id, name, spec, living: undefined, newest: undefined, stopped: false, terminated: false }
}

/** What an end means to the supervisor: whatever a person has cancelled was terminated. */
function endOf({ state, cancel }: ModelTask): 'normal' | 'shutdown' | 'crash' | 'terminated' {
  if (cancel?.cause === 'cancel') {
    if (!cancel.restarts) return 'terminated'
    // Its reason is none of OTP's normal ones.
    if (state === 'cancelled') return 'crash'
  }
  if (state === 'completed') return 'normal'
  return state === 'cancelled' ? 'shutdown' : 'crash'
}

function wantsRestart({ restart }: ModelChildSpec, end: ReturnType<typeof endOf>): boolean {
  if (end === 'terminated' || restart === 'temporary') return false
  return restart === 'permanent' || end === 'crash'
}
