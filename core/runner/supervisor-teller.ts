/**
 * Tells what a supervisor does as events of its node: reports in OTP's words, the budget of restarts that is left, and a
 * finding where something must be mended. Owns one timer, for the moment at which the budget fills again.
 */
import { assertNever } from '../model/assert.ts'
import type { Dispose } from '../model/dispose.ts'
import { briefDuration } from '../model/duration.ts'
import type { NodeId, TaskId } from '../model/identity.ts'
import type { SupervisorReport as NodeReport } from '../model/supervisor-report.ts'
import type { Supervisor, SupervisorReport } from '../supervisor/supervisor.ts'
import type { SupervisedTask, SupervisorDefinition } from './define-supervisor.ts'
import type { RunnerCore } from './runner-core.ts'

export interface SupervisorTellerOptions {
  readonly runner: RunnerCore
  readonly id: NodeId
  readonly definition: SupervisorDefinition
  /** Restarts that it is allowed in `periodMs`. */
  readonly intensity: number
  readonly periodMs: number
  readonly budget: () => Supervisor['budget']
  /** The newest attempt of a child that is a task. */
  readonly newestOf: (child: string) => TaskId | undefined
}

export class SupervisorTeller {
  readonly #options: SupervisorTellerOptions
  #restarts = 0
  #refill: Dispose | undefined

  constructor(options: SupervisorTellerOptions) {
    this.#options = options
  }

  tell(report: SupervisorReport): void {
    const { name } = this.#options.definition
    this.#report(report)
    switch (report.kind) {
      case 'restarting':
        this.#restarts += 1
        this.#tellBudget(report.child, report.restarts)
        return
      case 'startFailed':
        this.#find('supervisor-start-error', `${name} could not start ${report.child}: ${report.reason}`)
        return
      case 'gaveUp':
        this.#find('supervisor-gave-up', this.#gaveUpText(report.child, report.reason))
        return
      case 'started':
      case 'ended':
      case 'stopFailed':
        return
      default:
        assertNever(report)
    }
  }

  /** Nothing more will be told. */
  close(): void {
    this.#refill?.()
    this.#refill = undefined
  }

  #report(report: SupervisorReport): void {
    const { runner, id, newestOf } = this.#options
    const told = reportOf(report)
    if (told === undefined) return
    const { child } = report
    const restartType = this.#restartTypeOf(child)
    const task = newestOf(child)
    runner.emit({
      kind: 'supervisor.report',
      id,
      report: { ...told, child, restartType, ...(task !== undefined && { task }) },
    })
  }

  #restartTypeOf(child: string): SupervisedTask['restart'] {
    const { children } = this.#options.definition
    return (children.find(({ id }) => id === child) ?? children[0])?.restart ?? 'permanent'
  }

  #gaveUpText(child: string, reason: string): string {
    const { definition, intensity, periodMs } = this.#options
    const limit = `more than ${restartsText(intensity)}`
    return `${definition.name} gave up: ${child} would need ${limit} in ${briefDuration(periodMs)} (${reason})`
  }

  #find(rule: string, text: string): void {
    const { runner, id } = this.#options
    runner.emit({ kind: 'finding', finding: { rule, severity: 'error', node: id, text } })
  }

  /** Says what was restarted and what is left, and again when the window has moved on. */
  #tellBudget(child: string, restarts: number): void {
    const { runner, id, periodMs } = this.#options
    const budget = this.#options.budget()
    const left = budget.left()
    runner.emit({
      kind: 'node.changed',
      id,
      facts: { restarts: this.#restarts, left },
      why: {
        text: `restarted ${child} ${timesText(restarts)}`,
        detail: `${restartsText(left)} left in ${briefDuration(periodMs)}`,
      },
    })
    this.close()
    const refillsIn = budget.refillsIn()
    if (refillsIn === undefined) return
    this.#refill = runner.timers.after(refillsIn + 1, () => this.#tellBudget(child, restarts))
  }
}

function restartsText(count: number): string {
  return `${count} ${count === 1 ? 'restart' : 'restarts'}`
}

function timesText(count: number): string {
  if (count === 1) return 'once'
  return count === 2 ? 'twice' : `${count} times`
}

type ToldReport = Omit<NodeReport, 'child' | 'task' | 'restartType'>

/** OTP's name for what happened; a child that ended as it should is not reported. */
function reportOf(report: SupervisorReport): ToldReport | undefined {
  switch (report.kind) {
    case 'started':
      return { report: 'progress' }
    case 'startFailed':
      return { report: 'start_error', reason: report.reason }
    case 'ended':
      return report.end.kind === 'crash' ? { report: 'child_terminated', reason: report.end.reason } : undefined
    case 'stopFailed':
      return { report: 'shutdown_error', reason: report.reason }
    case 'restarting':
      return { report: 'restarting', restarted: report.restarted, left: report.left }
    case 'gaveUp':
      return { report: 'shutdown', reason: 'reached_max_restart_intensity' }
  }
}
