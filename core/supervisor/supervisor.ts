/**
 * A supervisor after OTP's: starts its children in order, starts them again by their restart types and its strategy
 * within the allowed intensity, stops them in reverse order, and gives up when it would restart too often. It knows
 * nothing of what a child is, so it keeps tasks inside a host and hosts inside the application alike.
 */
import type { Child, ChildEnd, ChildSpec, Shutdown } from './child-spec.ts'
import { createRestartBudget, type RestartBudget } from './restart-budget.ts'
import type {
  ChildStatus,
  Refusal,
  Strategy,
  Supervisor,
  SupervisorEnd,
  SupervisorReport,
  SupervisorSettings,
} from './supervisor-port.ts'

export type { ChildStatus, Refusal, Supervisor, SupervisorEnd, SupervisorReport } from './supervisor-port.ts'

export const defaultIntensity = 1
export const defaultPeriodMs = 5000

/** Makes a supervisor; nothing starts before `start`. */
export function createSupervisor(strategy: Strategy, settings: SupervisorSettings): Supervisor {
  return new KeepingSupervisor(strategy, settings)
}

/** Makes a supervisor whose children have nothing to do with one another. */
export function createOneForOne(settings: SupervisorSettings): Supervisor {
  return createSupervisor('one_for_one', settings)
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
  /** Somebody ended it on purpose: no restart of its siblings brings it back. */
  terminated: boolean
}

class KeepingSupervisor implements Supervisor {
  readonly budget: RestartBudget
  readonly ended: Promise<SupervisorEnd>
  readonly #strategy: Strategy
  readonly #entries: Entry[] = []
  readonly #report: (report: SupervisorReport) => void
  #end: (end: SupervisorEnd) => void = () => {}
  #closing: Promise<void> | undefined
  /** Restarts of several children follow one another. */
  #restarting: Promise<void> = Promise.resolve()

  constructor(
    strategy: Strategy,
    { children, intensity = defaultIntensity, periodMs = defaultPeriodMs, clock, report }: SupervisorSettings,
  ) {
    this.#strategy = strategy
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
      if (this.#closing !== undefined) {
        await this.#closing
        throw new Error('stopped while it started')
      }
      if (refusal === undefined) continue
      await this.#close({ kind: 'stopped', reason: `${entry.spec.id} could not start` })
      throw new Error(`${entry.spec.id} could not start: ${refusal}`)
    }
  }

  async startChild(spec: ChildSpec): Promise<Refusal> {
    if (this.#closing !== undefined) return 'the supervisor has stopped'
    if (this.#find(spec.id) !== undefined) return `it has a child ${spec.id} already`
    const entry = this.#add(spec)
    const refusal = await this.#startEntry(entry)
    if (refusal !== undefined && this.#isDynamic()) this.#forget(entry)
    return refusal
  }

  async terminateChild(id: string, reason = 'terminated'): Promise<Refusal> {
    const entry = this.#find(id)
    if (entry === undefined) return `it has no child ${id}`
    entry.terminated = true
    await this.#stopEntry(entry, reason)
    return undefined
  }

  async restartChild(id: string): Promise<Refusal> {
    // The restart of its siblings that is under way may take it along.
    if (this.accepts()) await this.#restarting
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
    this.#forget(entry)
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

  #isDynamic(): boolean {
    return this.#strategy === 'simple_one_for_one'
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
      terminated: false,
    }
    this.#entries.push(entry)
    return entry
  }

  #forget(entry: Entry): void {
    const index = this.#entries.indexOf(entry)
    if (index >= 0) this.#entries.splice(index, 1)
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
    entry.terminated = false
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
    if (end.kind === 'terminated') entry.terminated = true
    this.#report({ kind: 'ended', child: entry.spec.id, end })
    if (entry.stopping && end.kind === 'crash') {
      this.#report({ kind: 'stopFailed', child: entry.spec.id, reason: end.reason })
    }
    const again = !entry.stopping && this.#closing === undefined && wantsRestart(entry, end)
    if (!again && this.#isDynamic()) this.#forget(entry)
    if (!again) return
    if (this.#isGroup()) this.#restarting = this.#restarting.then(() => this.#restart(entry, end.reason))
    else void this.#restart(entry, end.reason)
  }

  #isGroup(): boolean {
    return this.#strategy === 'one_for_all' || this.#strategy === 'rest_for_one'
  }

  /** A start that fails costs the budget as a crash does, so a child that cannot start is not tried for ever. */
  async #restart(entry: Entry, reason: string): Promise<void> {
    // A restart of its siblings may have come before this one and taken it along.
    if (entry.status !== 'stopped' || entry.terminated || this.#closing !== undefined) return
    for (let cause: Refusal = reason; cause !== undefined; ) {
      if (!this.budget.spend()) {
        this.#report({ kind: 'gaveUp', child: entry.spec.id, reason: cause })
        void this.#close({ kind: 'gaveUp', reason: `${entry.spec.id} ended too often: ${cause}` })
        return
      }
      const group = this.#groupOf(entry)
      entry.restarts += 1
      this.#report({
        kind: 'restarting',
        child: entry.spec.id,
        restarts: entry.restarts,
        left: this.budget.left(),
        restarted: group.filter(isBroughtBack).map(({ spec }) => spec.id),
      })
      cause = await this.#startGroup(group, `${entry.spec.id} is started again`)
      if (this.#closing !== undefined) return
    }
  }

  /** The children that go down and up with this one, in order of their start. */
  #groupOf(entry: Entry): readonly Entry[] {
    switch (this.#strategy) {
      case 'one_for_all':
        return [...this.#entries]
      case 'rest_for_one':
        return this.#entries.slice(this.#entries.indexOf(entry))
      default:
        return [entry]
    }
  }

  async #startGroup(group: readonly Entry[], reason: string): Promise<Refusal> {
    // After a failed try some of them run already, the one that began it among them.
    for (const each of [...group].reverse()) await this.#stopEntry(each, reason)
    for (const each of group) {
      if (this.#closing !== undefined) return undefined
      if (!isBroughtBack(each)) continue
      const refusal = await this.#startEntry(each)
      // One that somebody has ended while it started could have been started.
      if (refusal !== undefined && !each.terminated) return refusal
    }
    return undefined
  }

  #close(end: SupervisorEnd): Promise<void> {
    this.#closing ??= this.#stopAll(end)
    return this.#closing
  }

  async #stopAll(end: SupervisorEnd): Promise<void> {
    const entries = [...this.#entries].reverse()
    // Children of one template know no order: they are stopped together, as in OTP.
    if (this.#isDynamic()) await Promise.all(entries.map((entry) => this.#stopEntry(entry, end.reason)))
    else for (const entry of entries) await this.#stopEntry(entry, end.reason)
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

/**
 * OTP drops temporary children when their siblings are restarted, and so does this. The one rule that differs: a child
 * that somebody has ended on purpose stays ended, whatever its type, until it is started again by `restartChild`. OTP's
 * `terminate_child` keeps the specification, and a restart of the siblings brings the child back
 * (https://www.erlang.org/doc/apps/stdlib/supervisor.html#terminate_child/2); a person who has ended a task would find
 * it running again for no reason to be seen.
 */
function isBroughtBack({ spec, terminated }: Entry): boolean {
  return spec.restart !== 'temporary' && !terminated
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
