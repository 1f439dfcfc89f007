/**
 * A supervisor after OTP's `one_for_one`: starts its children in order, starts a child again by its restart type
 * within the allowed intensity, stops them in reverse order, and gives up when it would restart too often. It knows
 * nothing of what a child is, so it keeps tasks inside a host and hosts inside the application alike.
 */
import type { Clock } from '../model/clock.ts'
import type { Child, ChildEnd, ChildSpec, Shutdown } from './child-spec.ts'
import { createRestartBudget, type RestartBudget } from './restart-budget.ts'

export const defaultIntensity = 1
export const defaultPeriodMs = 5000

/** What a supervisor has done, for those who show it. */
export type SupervisorReport =
  | { readonly kind: 'started'; readonly child: string; readonly attempt: number }
  | { readonly kind: 'startFailed'; readonly child: string; readonly reason: string }
  | { readonly kind: 'ended'; readonly child: string; readonly end: ChildEnd }
  /** `restarts` counts this child's; `left` those that all children may still have within `periodMs`. */
  | { readonly kind: 'restarting'; readonly child: string; readonly restarts: number; readonly left: number }
  | { readonly kind: 'gaveUp'; readonly child: string; readonly reason: string }

/** How a supervisor came to its end. To its own supervisor both count as `shutdown`, as in OTP. */
export interface SupervisorEnd {
  readonly kind: 'stopped' | 'gaveUp'
  readonly reason: string
}

export interface ChildStatus {
  readonly id: string
  readonly status: 'starting' | 'running' | 'stopped'
  readonly attempt: number
  readonly restarts: number
}

/** `undefined` when it was done, else why not. */
export type Refusal = string | undefined

export interface Supervisor {
  /** Starts the children in order. Rejects when one cannot start; those before it have been stopped again. */
  start(): Promise<void>
  /** Resolves once it has stopped or given up, after its last child ended. Never rejects. */
  readonly ended: Promise<SupervisorEnd>
  /** Adds a child and starts it. */
  startChild(spec: ChildSpec): Promise<Refusal>
  /** Stops a child for good: no restart type brings it back, only `restartChild`. */
  terminateChild(id: string, reason?: string): Promise<Refusal>
  /** Starts a child that has ended. Costs no restart of the budget. */
  restartChild(id: string): Promise<Refusal>
  /** Forgets a child that has ended. */
  deleteChild(id: string): Refusal
  children(): readonly ChildStatus[]
  readonly budget: RestartBudget
  /** Whether children may still be started: it neither stops nor has stopped. */
  accepts(): boolean
  /** Stops the children in reverse order. Resolves when all have ended. */
  stop(reason: string): Promise<void>
}

export interface GenericSupervisorOptions {
  readonly children: readonly ChildSpec[]
  /** Restarts allowed within `periodMs`; one more and the supervisor gives up. 1 by default. */
  readonly intensity?: number
  /** Milliseconds. 5000 by default. */
  readonly periodMs?: number
  readonly clock: Clock
  readonly report?: (report: SupervisorReport) => void
}

/** Makes a supervisor; nothing starts before `start`. */
export function createOneForOne(options: GenericSupervisorOptions): Supervisor {
  return new OneForOne(options)
}

interface Entry {
  readonly spec: ChildSpec
  status: ChildStatus['status']
  attempt: number
  restarts: number
  child: Child | undefined
  /** Settles when the start that is under way is over. */
  starting: Promise<Refusal> | undefined
  /** Gives up the start that is under way. */
  abort: AbortController | undefined
  /** It is being stopped: its end is not a reason to start it again. */
  stopping: boolean
}

class OneForOne implements Supervisor {
  readonly budget: RestartBudget
  readonly ended: Promise<SupervisorEnd>
  readonly #entries: Entry[] = []
  readonly #report: (report: SupervisorReport) => void
  #end: (end: SupervisorEnd) => void = () => {}
  #closing: Promise<void> | undefined

  constructor({
    children,
    intensity = defaultIntensity,
    periodMs = defaultPeriodMs,
    clock,
    report,
  }: GenericSupervisorOptions) {
    this.budget = createRestartBudget(intensity, periodMs, clock)
    this.#report = report ?? (() => {})
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    for (const spec of children) this.#add(spec)
  }

  async start(): Promise<void> {
    for (const entry of [...this.#entries]) {
      const refusal = await this.#startEntry(entry)
      if (this.#closing !== undefined) throw new Error('stopped while it started')
      if (refusal === undefined) continue
      await this.#close({ kind: 'stopped', reason: `${entry.spec.id} could not start` })
      throw new Error(`${entry.spec.id} could not start: ${refusal}`)
    }
  }

  async startChild(spec: ChildSpec): Promise<Refusal> {
    if (this.#closing !== undefined) return 'the supervisor has stopped'
    if (this.#find(spec.id) !== undefined) return `it has a child ${spec.id} already`
    return this.#startEntry(this.#add(spec))
  }

  async terminateChild(id: string, reason = 'terminated'): Promise<Refusal> {
    const entry = this.#find(id)
    if (entry === undefined) return `it has no child ${id}`
    await this.#stopEntry(entry, reason)
    return undefined
  }

  async restartChild(id: string): Promise<Refusal> {
    const entry = this.#find(id)
    if (this.#closing !== undefined) return 'the supervisor has stopped'
    if (entry === undefined) return `it has no child ${id}`
    if (entry.status !== 'stopped') return `${id} runs already`
    return this.#startEntry(entry)
  }

  deleteChild(id: string): Refusal {
    const entry = this.#find(id)
    if (entry === undefined) return `it has no child ${id}`
    if (entry.status !== 'stopped') return `${id} runs`
    this.#entries.splice(this.#entries.indexOf(entry), 1)
    return undefined
  }

  children(): readonly ChildStatus[] {
    return this.#entries.map(({ spec, status, attempt, restarts }) => ({ id: spec.id, status, attempt, restarts }))
  }

  accepts(): boolean {
    return this.#closing === undefined
  }

  stop(reason: string): Promise<void> {
    return this.#close({ kind: 'stopped', reason })
  }

  #add(spec: ChildSpec): Entry {
    const entry: Entry = {
      spec,
      status: 'stopped',
      attempt: 0,
      restarts: 0,
      child: undefined,
      starting: undefined,
      abort: undefined,
      stopping: false,
    }
    this.#entries.push(entry)
    return entry
  }

  #find(id: string): Entry | undefined {
    return this.#entries.find((entry) => entry.spec.id === id)
  }

  #startEntry(entry: Entry): Promise<Refusal> {
    entry.abort = new AbortController()
    entry.starting = this.#startNow(entry, entry.abort.signal).finally(() => {
      entry.starting = undefined
      entry.abort = undefined
    })
    return entry.starting
  }

  async #startNow(entry: Entry, signal: AbortSignal): Promise<Refusal> {
    entry.status = 'starting'
    entry.attempt += 1
    entry.stopping = false
    try {
      const child = await entry.spec.start(entry.attempt, signal)
      entry.child = child
      entry.status = 'running'
      this.#report({ kind: 'started', child: entry.spec.id, attempt: entry.attempt })
      void child.ended.then((end) => this.#childEnded(entry, child, end))
      return undefined
    } catch (thrown) {
      entry.status = 'stopped'
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      this.#report({ kind: 'startFailed', child: entry.spec.id, reason })
      return reason
    }
  }

  #childEnded(entry: Entry, child: Child, end: ChildEnd): void {
    if (entry.child !== child) return
    entry.child = undefined
    entry.status = 'stopped'
    this.#report({ kind: 'ended', child: entry.spec.id, end })
    if (entry.stopping || this.#closing !== undefined || !wantsRestart(entry, end)) return
    void this.#restart(entry, end.reason)
  }

  /** A start that fails costs the budget as a crash does, so a child that cannot start is not tried for ever. */
  async #restart(entry: Entry, reason: string): Promise<void> {
    for (let cause: Refusal = reason; cause !== undefined; ) {
      if (!this.budget.spend()) {
        this.#report({ kind: 'gaveUp', child: entry.spec.id, reason: cause })
        await this.#close({ kind: 'gaveUp', reason: `${entry.spec.id} ended too often: ${cause}` })
        return
      }
      entry.restarts += 1
      this.#report({
        kind: 'restarting',
        child: entry.spec.id,
        restarts: entry.restarts,
        left: this.budget.left(),
      })
      cause = await this.#startEntry(entry)
      if (this.#closing !== undefined || entry.stopping) return
    }
  }

  #close(end: SupervisorEnd): Promise<void> {
    this.#closing ??= this.#stopAll(end)
    return this.#closing
  }

  async #stopAll(end: SupervisorEnd): Promise<void> {
    for (const entry of [...this.#entries].reverse()) await this.#stopEntry(entry, end.reason)
    this.#end(end)
  }

  async #stopEntry(entry: Entry, reason: string): Promise<void> {
    entry.stopping = true
    entry.abort?.abort(new Error(reason))
    await entry.starting
    const { child } = entry
    if (child === undefined) return
    await child.stop(entry.spec.shutdown, reason)
    // The child is told to be over only when its end has been seen here too.
    await child.ended
  }
}

function wantsRestart({ spec }: Entry, end: ChildEnd): boolean {
  if (end.kind === 'terminated' || spec.restart === 'temporary') return false
  return spec.restart === 'permanent' || end.kind === 'crash'
}

/** Milliseconds that a shutdown leaves to unwind. */
export function graceOf(shutdown: Shutdown): number {
  if (shutdown === 'brutal_kill') return 0
  return shutdown === 'infinity' ? Number.POSITIVE_INFINITY : shutdown
}
