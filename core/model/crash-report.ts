/**
 * What there is to know of a task that crashed, after OTP's `proc_lib` (https://www.erlang.org/doc/man/proc_lib): made
 * from what the registry holds, so it can be had for every failed row, also when its process is gone. Pure.
 */
import type { Detail } from './detail.ts'
import type { OrderedEvent } from './event.ts'
import type { FailureKind } from './lifecycle.ts'
import type { ErrorInfo, Payload } from './payload.ts'
import { redact, redactWords } from './redact.ts'
import { isTaskRow, type Row, type TaskRow } from './row.ts'

/** A node that the task was linked with. */
export interface CrashLink {
  readonly id: string
  readonly name: string
  readonly kind: Row['node']
  /** State of a task, status of a node. */
  readonly state: string
}

export interface CrashReport {
  /** The task's name and label: OTP's `initial_call`. */
  readonly initialCall: string
  readonly id: string
  readonly source: string
  readonly attempt: number
  readonly input?: Payload
  /** From its parent up. */
  readonly ancestors: readonly CrashLink[]
  readonly error: {
    readonly class: FailureKind
    /** The cause chain follows in `cause`. */
    readonly reason: ErrorInfo
    readonly duringCancel?: boolean
  }
  /** Its newest events, oldest first, at most 20. */
  readonly lastEvents: readonly { readonly at: number; readonly text: string }[]
  readonly lastState?: { readonly value: Payload; readonly at: number }
  /** Its children, and the attempts before and after it. */
  readonly links: readonly CrashLink[]
  /** What its supervisor started again because of it. */
  readonly restarted: readonly string[]
  readonly isolation: string
  readonly statistics: {
    readonly createdAt: number
    readonly startedAt?: number
    readonly endedAt: number
    readonly runningMs: number
    readonly suspendedMs: number
    readonly holds: number
    readonly controls: number
    readonly findings: number
    readonly logLines: number
  }
}

/** What stands around a task: rows that are at hand in every view. */
export interface CrashSurroundings {
  /** From its parent up. */
  readonly ancestors: readonly Row[]
  readonly children: readonly Row[]
  /** Other attempts of the same chain. */
  readonly attempts: readonly Row[]
  /** The detail of its supervisor, when that is known: tells what was restarted. */
  readonly supervisor?: Detail | undefined
}

const mostEvents = 20
const mostLinks = 50

/** The report of a failed task; `undefined` for a normal end, a cancel, and a task that lives. */
export function crashReport(detail: Detail, around: CrashSurroundings): CrashReport | undefined {
  const { row, outcome } = detail
  if (!isTaskRow(row) || outcome?.status !== 'failed') return undefined
  const endedAt = row.endedAt ?? row.stateAt
  return {
    initialCall: nameOf(row),
    id: row.id,
    source: row.source,
    attempt: row.attempt,
    ...(detail.input !== undefined && { input: redact(detail.input) }),
    ancestors: around.ancestors.map(linkOf),
    error: {
      class: outcome.kind,
      reason: redactError(outcome.error),
      ...(outcome.duringCancel === true && { duringCancel: true }),
    },
    lastEvents: detail.events.items.slice(-mostEvents).map((event) => ({ at: event.at, text: eventText(event) })),
    ...(detail.live !== undefined && { lastState: { value: redact(detail.live.value), at: detail.live.at } }),
    links: [...around.children, ...around.attempts].slice(0, mostLinks).map(linkOf),
    restarted: restartedBy(row, around.supervisor),
    isolation: row.isolation ?? 'unknown',
    statistics: {
      createdAt: row.createdAt,
      ...(row.startedAt !== undefined && { startedAt: row.startedAt }),
      endedAt,
      runningMs: row.runningMs,
      suspendedMs: row.suspendedMs,
      holds: detail.events.items.filter(isEffectiveHold).length,
      controls: detail.controls.length,
      findings: row.findings ?? 0,
      logLines: detail.logs.items.length + detail.logs.dropped,
    },
  }
}

/** Whether a row is one that a crash report can be made of. */
export function hasCrashReport(row: Row): row is TaskRow {
  return isTaskRow(row) && row.state === 'failed'
}

function linkOf(row: Row): CrashLink {
  return { id: row.id, name: nameOf(row), kind: row.node, state: isTaskRow(row) ? row.state : row.status }
}

function nameOf(row: Row): string {
  return isTaskRow(row) && row.label !== undefined ? `${row.name} ${row.label}` : row.name
}

/** What a restart that began with this task took along. */
function restartedBy(row: TaskRow, supervisor: Detail | undefined): readonly string[] {
  const reports = supervisor?.events.items ?? []
  const ended = reports.findIndex(
    (event) =>
      event.kind === 'supervisor.report' && event.report.report === 'child_terminated' && event.report.task === row.id,
  )
  if (ended < 0) return []
  const restart = reports
    .slice(ended)
    .find((event) => event.kind === 'supervisor.report' && event.report.report === 'restarting')
  return restart?.kind === 'supervisor.report' ? (restart.report.restarted ?? []) : []
}

function isEffectiveHold(event: OrderedEvent): boolean {
  return event.kind === 'task.hold' && event.hold.effectiveAt !== undefined
}

function redactError(error: ErrorInfo): ErrorInfo {
  return {
    ...error,
    message: redactWords(error.message),
    ...(error.stack !== undefined && { stack: redactWords(error.stack) }),
    ...(error.value !== undefined && { value: redact(error.value) }),
    ...(error.cause !== undefined && { cause: redactError(error.cause) }),
  }
}

/** One line; values are left to the parts of the report that redact them. */
function eventText(event: OrderedEvent): string {
  switch (event.kind) {
    case 'task.state':
      return redactWords(`${event.from} → ${event.to}${whyText(event.why)}`)
    case 'task.progress':
      return `progress ${event.current}${event.total === undefined ? '' : ` of ${event.total}`}`
    case 'task.checkpoint':
      return redactWords(`checkpoint ${event.label}`)
    case 'task.hold':
      return `hold ${event.hold.effectiveAt === undefined ? 'asked' : `at ${event.hold.at ?? 'its place'}`}`
    case 'control.requested':
      return `${event.request.command.verb} requested`
    case 'control.refused':
      return redactWords(`refused: ${event.reason}`)
    case 'finding':
      return redactWords(`finding ${event.finding.rule}: ${event.finding.text}`)
    default:
      return event.kind
  }
}

function whyText(why: { readonly text: string; readonly detail?: string } | undefined): string {
  if (why === undefined) return ''
  return why.detail === undefined ? ` (${why.text})` : ` (${why.text}, ${why.detail})`
}
