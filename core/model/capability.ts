/**
 * What may be offered on a row, and why not. The source says what it can do at all (`Capabilities`);
 * the state of the row decides the rest. Every view asks `offer`, so menu, toolbar and keys cannot disagree.
 */
import { actorText } from './actor.ts'
import type { ControlName } from './control.ts'
import { isTerminal } from './lifecycle.ts'
import type { Row, TaskRow } from './row.ts'
import { isTaskRow } from './row.ts'

/** `true`: the source can do it. A text: it can't, and this is why. Absent: it makes no sense for this node. */
export type Capabilities = Readonly<Partial<Record<ControlName, true | string>>>

/** Whether a control is offered on a row now; if not, why, in one short sentence without a full stop. */
export type Offered = { readonly offered: true } | { readonly offered: false; readonly reason: string }

const yes: Offered = { offered: true }

function no(reason: string): Offered {
  return { offered: false, reason }
}

/** Judges one control on one row. Pure: the same row always gets the same answer. */
export function offer(row: Row, name: ControlName): Offered {
  const capability = row.capabilities[name]
  if (isTaskRow(row)) {
    const byState = offerByState(row, name)
    if (byState !== undefined) return byState
  }
  if (capability === undefined) return no(`${row.name} has no ${name}`)
  if (capability !== true) return no(capability)
  return isTaskRow(row) ? yes : offerOnNode(row.status, name)
}

function offerOnNode(status: string, name: ControlName): Offered {
  if (name === 'restart') return yes
  // They belong to the host's owner, not to its process.
  if (name === 'setBreakpoint' || name === 'removeBreakpoint') return yes
  if (status === 'closed' || status === 'lost' || status === 'failed') return no(`it is ${status}`)
  if (name === 'freeze' && status === 'frozen') return no('it is frozen already')
  if (name === 'thaw' && status !== 'frozen') return no('it is not frozen')
  return yes
}

function offerByState(row: TaskRow, name: ControlName): Offered | undefined {
  const ended = isTerminal(row.state)
  switch (name) {
    case 'suspend':
      if (ended) return no(`it has ${endedWord(row)}`)
      if (row.state === 'cancelling') return no('it is being cancelled')
      if (ownHold(row)) return no('you hold it already')
      return undefined
    case 'resume':
    case 'step': {
      if (ended) return no(`it has ${endedWord(row)}`)
      if (row.holds.length === 0) return no('it is not held')
      if (name === 'step' && row.state !== 'suspended' && !row.holds.some((hold) => hold.how === 'frames')) {
        return no('it is not suspended yet')
      }
      return undefined
    }
    case 'cancel':
    case 'terminate':
      if (ended) return no(`it has ${endedWord(row)}`)
      return row.state === 'cancelling' ? no('it is being cancelled already') : undefined
    case 'replaceState':
      if (ended) return no(`it has ${endedWord(row)}`)
      if (row.state === 'pending') return no('it has not started')
      return row.state === 'cancelling' ? no('it is being cancelled') : undefined
    case 'fix':
    case 'kill':
    case 'getState':
    case 'getStatus':
    case 'getStatistics':
    case 'log':
    case 'logToFile':
    case 'trace':
    case 'install':
    case 'remove':
    case 'noDebug':
      return ended ? no(`it has ${endedWord(row)}`) : undefined
    case 'retry':
      return ended ? undefined : no('it has not ended')
    case 'answer':
      return row.questions > 0 ? undefined : no('it asks nothing')
    default:
      return undefined
  }
}

function ownHold(row: TaskRow): boolean {
  return row.holds.some((hold) => actorText(hold.owner) === 'you')
}

/** What has become of an ended task, as read after "it has". */
export function endedWord(row: Pick<TaskRow, 'state' | 'failure'>): string {
  return row.state === 'failed' && row.failure === 'killed'
    ? 'been killed'
    : row.state === 'cancelled'
      ? 'been cancelled'
      : row.state
}
