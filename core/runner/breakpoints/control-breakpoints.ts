import type { ControlRequest } from '../../model/control.ts'
import type { ControlReply } from '../control-reply.ts'
import type { RunnerCore } from '../runner-core.ts'
import { removeBreakpoint, setBreakpoint } from './breakpoint-list.ts'

/** Carries out a control that sets or removes a breakpoint. @returns whether it was one */
export function controlBreakpoints(core: RunnerCore, command: ControlRequest['command'], reply: ControlReply): boolean {
  if (command.verb === 'setBreakpoint') {
    const refusal = setBreakpoint(core, command.breakpoint)
    if (refusal === undefined) reply.effective()
    else reply.refused(refusal)
    return true
  }
  if (command.verb !== 'removeBreakpoint') return false
  if (removeBreakpoint(core, command.breakpoint)) reply.effective()
  else reply.refused(`no breakpoint ${command.breakpoint} is set`)
  return true
}
