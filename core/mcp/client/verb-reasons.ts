/** What may be done with an MCP task, call or connection; for what may not, why, as a person reads it. */
import type { Capabilities } from '../../model/capability.ts'
import type { TaskKind } from '../../model/node.ts'

const noHold = 'MCP has no suspend; freeze the server instead'
const noHoldAfar = 'MCP has no suspend'
const noState = 'MCP cannot show the state of a task'
const noCancel = 'the server does not offer tasks/cancel'

export const notOurs = 'its process is not ours'

/**
 * @param cancel whether the server offers `tasks/cancel`; a plain call can always be cancelled
 * @param ours whether we launched its process
 */
export function taskCapabilities(node: TaskKind, cancel: boolean, ours: boolean): Capabilities {
  return {
    suspend: ours ? noHold : noHoldAfar,
    resume: ours ? noHold : noHoldAfar,
    step: ours ? noHold : noHoldAfar,
    cancel: node === 'call' || cancel ? true : noCancel,
    kill: ours ? true : notOurs,
    retry: true,
    answer: true,
    getState: noState,
  }
}

const noHoldHere = 'a question cannot be held; leave it unanswered'

/** Of a task that runs here: a question of the server that waits for its answer. */
export const hostedCapabilities: Capabilities = {
  answer: true,
  cancel: true,
  suspend: noHoldHere,
  resume: noHoldHere,
  step: noHoldHere,
  kill: 'it is a question; cancel it',
  retry: 'only the server can ask again',
  getState: noState,
}

export function connectionCapabilities(ours: boolean): Capabilities {
  if (!ours) return { start: true, stop: true, restart: true, kill: notOurs, freeze: notOurs, thaw: notOurs }
  const freeze = process.platform === 'win32' ? 'Windows cannot freeze a process' : true
  return { start: true, stop: true, restart: true, kill: true, freeze, thaw: freeze }
}

/** Why a verb that makes no sense here is refused. */
export function refusalOf(verb: string): string {
  if (verb === 'suspend' || verb === 'resume' || verb === 'step') return noHold
  return verb === 'getState' ? noState : `an MCP server has no ${verb}`
}
