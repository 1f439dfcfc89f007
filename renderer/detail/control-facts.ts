/**
 * One control as its three facts: requested, acknowledged, effective. They are never folded into one, and none is
 * guessed: each says what the registry holds, and how long what is awaited has been awaited.
 */
import { type ControlName, type ControlRecord, noAnswerAfterMs } from '../../core/model/control.ts'

export type ControlFact =
  /** `afterMs` counts from the request; the request itself has 0. */
  | { readonly phase: 'happened'; readonly at: number; readonly afterMs: number; readonly note?: string }
  /** Awaited now. `overdueInMs` until the limit; negative or zero when it has passed. */
  | { readonly phase: 'waiting'; readonly ageMs: number; readonly overdueInMs?: number }
  /** The limit has passed without a word; it may still come. */
  | { readonly phase: 'noAnswer'; readonly ageMs: number }
  | { readonly phase: 'refused'; readonly afterMs: number; readonly reason: string }
  | { readonly phase: 'notYet' }
  /** Skipped by what came after it, and never to come. */
  | { readonly phase: 'never' }

export interface ThreeFacts {
  readonly requested: ControlFact & { readonly phase: 'happened' }
  readonly acknowledged: ControlFact
  readonly effective: ControlFact
}

/** @param now milliseconds since the Unix epoch */
export function threeFacts(control: ControlRecord, now: number): ThreeFacts {
  const { request } = control
  const requested = {
    phase: 'happened',
    at: request.requestedAt,
    afterMs: 0,
    ...(request.reason === undefined || request.reason === '' ? {} : { note: request.reason }),
  } as const
  const after = (at: number) => Math.max(0, at - request.requestedAt)
  const happened = (at: number, note?: string): ControlFact => ({
    phase: 'happened',
    at,
    afterMs: after(at),
    ...(note === undefined ? {} : { note }),
  })
  const awaited = (): ControlFact =>
    control.noAnswerAt !== undefined
      ? { phase: 'noAnswer', ageMs: after(now) }
      : { phase: 'waiting', ageMs: after(now), overdueInMs: noAnswerAfterMs - after(now) }
  const refused = (at: number): ControlFact => ({
    phase: 'refused',
    afterMs: after(at),
    reason: control.refusal ?? 'no reason was given',
  })

  if (control.acknowledgedAt !== undefined) {
    const acknowledged = happened(control.acknowledgedAt)
    if (control.effectiveAt !== undefined) {
      return { requested, acknowledged, effective: happened(control.effectiveAt, control.effect) }
    }
    if (control.refusedAt !== undefined) return { requested, acknowledged, effective: refused(control.refusedAt) }
    return { requested, acknowledged, effective: awaited() }
  }
  if (control.effectiveAt !== undefined) {
    return { requested, acknowledged: { phase: 'never' }, effective: happened(control.effectiveAt, control.effect) }
  }
  if (control.refusedAt !== undefined) {
    return { requested, acknowledged: refused(control.refusedAt), effective: { phase: 'never' } }
  }
  return { requested, acknowledged: awaited(), effective: { phase: 'notYet' } }
}

/** Where the verb itself, in words, would not do. */
const titles: Readonly<Partial<Record<ControlName, string>>> = {
  getState: 'Read state',
  replaceState: 'Change state',
  getStatus: 'Read status',
  getStatistics: 'Read statistics',
  log: 'Log',
  logToFile: 'Log to file',
  trace: 'Trace',
  install: 'Install',
  remove: 'Remove',
  noDebug: 'Clear debugging',
  terminate: 'Terminate',
  setBreakpoint: 'Set breakpoint',
  removeBreakpoint: 'Remove breakpoint',
  crash: 'Crash host',
  freeze: 'Freeze host',
  thaw: 'Thaw host',
}

/** The name of a control as a title. */
export function controlTitle(control: ControlRecord): string {
  const { command } = control.request
  if (command.verb === 'start') return `Start ${command.offer}`
  if (command.verb === 'resume' && command.all === true) return 'Resume all'
  if (command.verb === 'suspend' && command.subtree === true) return 'Suspend subtree'
  if (command.verb === 'replaceState' && 'undo' in command.change) return 'Undo change'
  if (command.verb === 'trace') return command.on ? 'Trace on' : 'Trace off'
  return titles[command.verb] ?? inWords(command.verb)
}

/** "takeStack" as "Take stack". */
function inWords(verb: ControlName): string {
  const words = verb.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
