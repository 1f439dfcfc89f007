/** What can be asked of somebody else's conversation and its tasks, and why not the rest. */
import type { Capabilities } from '../../model/capability.ts'
import type { TaskKind } from '../../model/node.ts'
import type { ShimHello } from './shim-messages.ts'

export const clientDecides = 'its client decides about that'

const ofCall: Capabilities = { cancel: clientDecides, kill: clientDecides, suspend: 'only a task can be held' }
const ofTask: Capabilities = {
  suspend: true,
  resume: true,
  step: true,
  cancel: true,
  fix: true,
  kill: clientDecides,
  retry: clientDecides,
  answer: 'its client answers',
}

export function proxiedTaskCapabilities(node: TaskKind): Capabilities {
  return node === 'task' ? ofTask : ofCall
}

export function proxiedCapabilities({ transport }: ShimHello): Capabilities {
  const own = transport === 'http' ? 'it is not our process' : true
  const freeze = process.platform === 'win32' ? 'Windows cannot freeze a process' : own
  return { freeze, thaw: freeze, kill: own, stop: clientDecides, restart: clientDecides }
}
