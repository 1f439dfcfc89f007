/**
 * The breakpoints of a host as its owner keeps them: they outlive every process of the host, which is given them again
 * whenever it starts. One that a process refuses is not kept.
 */
import { type Breakpoint, mostBreakpoints } from '../../model/breakpoint.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { TaskEvent } from '../../model/event.ts'
import type { ControlId } from '../../model/identity.ts'

export interface KeptBreakpoints {
  list(): readonly Breakpoint[]
  /**
   * Takes a control that sets or removes one. Gives why not, when it cannot; `undefined` when it is kept, and nothing
   * for any other control.
   */
  control(request: ControlRequest): { readonly refusal: string | undefined } | undefined
  /** Hears what a process says of a control that was passed on to it. Gives `true` when the list is another now. */
  note(event: TaskEvent): boolean
}

export function keepBreakpoints(start: readonly Breakpoint[]): KeptBreakpoints {
  const kept = new Map(start.map((breakpoint) => [breakpoint.id, breakpoint]))
  /** What was there before, by the control that may still be refused. */
  const open = new Map<ControlId, { readonly id: string; readonly before: Breakpoint | undefined }>()
  return {
    list: () => [...kept.values()],
    control({ id: control, command }) {
      if (command.verb === 'setBreakpoint') {
        const { id } = command.breakpoint
        if (!kept.has(id) && kept.size >= mostBreakpoints) {
          return { refusal: `${mostBreakpoints} breakpoints are set already` }
        }
        open.set(control, { id, before: kept.get(id) })
        kept.set(id, command.breakpoint)
        return { refusal: undefined }
      }
      if (command.verb !== 'removeBreakpoint') return undefined
      return { refusal: kept.delete(command.breakpoint) ? undefined : `no breakpoint ${command.breakpoint} is set` }
    },
    note(event) {
      if (event.kind !== 'control.effective' && event.kind !== 'control.refused') return false
      const change = open.get(event.control)
      open.delete(event.control)
      if (change === undefined || event.kind === 'control.effective') return false
      if (change.before === undefined) kept.delete(change.id)
      else kept.set(change.id, change.before)
      return true
    },
  }
}
