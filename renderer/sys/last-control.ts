import { type ControlName, type ControlRecord, isSettled } from '../../core/model/control.ts'
import type { Detail } from '../../core/model/detail.ts'

/** The newest control of these verbs on a node. */
export function lastControl(detail: Detail | undefined, ...verbs: readonly ControlName[]): ControlRecord | undefined {
  return detail?.controls.find((control) => verbs.includes(control.request.command.verb))
}

/** What stands beside its button while a control is open or was refused; nothing once it is effective. */
export function troubleOf(control: ControlRecord | undefined, waiting: string): string | undefined {
  if (control === undefined) return undefined
  if (control.refusal !== undefined) return `Refused: ${control.refusal}.`
  return isSettled(control) ? undefined : waiting
}
