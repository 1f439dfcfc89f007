/**
 * Whether a control has taken effect, read from what the registry holds and never guessed. The detail has the record
 * itself; a row alone tells it by the hold, state or checkpoint that came after the request. Pure.
 */
import { actorText } from '../../core/model/actor.ts'
import type { ControlRequest } from '../../core/model/control.ts'
import type { Detail } from '../../core/model/detail.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'

export type Settled =
  | { readonly end: 'effective'; readonly at: number; readonly effect?: string }
  | { readonly end: 'refused'; readonly at: number; readonly reason: string }

/** `undefined` while nothing is known. */
export function settledBy(
  request: ControlRequest,
  row: Row | undefined,
  detail: Detail | undefined,
): Settled | undefined {
  const record =
    detail?.controls.find((control) => control.request.id === request.id) ??
    (row?.control?.request.id === request.id ? row.control : undefined)
  if (record?.effectiveAt !== undefined) {
    return {
      end: 'effective',
      at: record.effectiveAt,
      ...(record.effect === undefined ? {} : { effect: record.effect }),
    }
  }
  if (record?.refusedAt !== undefined) {
    return { end: 'refused', at: record.refusedAt, reason: record.refusal ?? 'no reason was given' }
  }
  if (record !== undefined || row === undefined) return undefined
  const at = effectOnRow(request, row)
  return at === undefined ? undefined : { end: 'effective', at }
}

function effectOnRow({ command, requestedAt }: ControlRequest, row: Row): number | undefined {
  if (!isTaskRow(row)) return undefined
  const changed = row.stateAt >= requestedAt ? row.stateAt : undefined
  switch (command.verb) {
    case 'suspend':
      return row.holds.find((hold) => actorText(hold.owner) === 'you' && (hold.effectiveAt ?? 0) >= requestedAt)
        ?.effectiveAt
    case 'resume':
      return row.state !== 'suspended' && row.holds.length === 0 ? changed : undefined
    case 'cancel':
      return row.state === 'cancelled' ? changed : undefined
    case 'kill':
      return row.state === 'failed' && row.failure === 'killed' ? changed : undefined
    default:
      return undefined
  }
}
