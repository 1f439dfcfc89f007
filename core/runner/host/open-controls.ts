/** Controls that went to a host process and are not settled; when the process ends they are told so. */
import type { TaskEventBody } from '../../model/event.ts'
import type { ControlId } from '../../model/identity.ts'

export interface OpenControls {
  readonly size: number
  add(control: ControlId): void
  note(event: TaskEventBody): void
  /** The refusals of all that is still open. */
  endAll(reason: string): readonly TaskEventBody[]
}

export function createOpenControls(): OpenControls {
  const open = new Set<ControlId>()
  return {
    get size() {
      return open.size
    },
    add: (control) => void open.add(control),
    note(event) {
      if (event.kind === 'control.effective' || event.kind === 'control.refused') open.delete(event.control)
    },
    endAll(reason) {
      const refusals = [...open].map((control): TaskEventBody => ({ kind: 'control.refused', control, reason }))
      open.clear()
      return refusals
    },
  }
}
