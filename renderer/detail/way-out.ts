/** The ways out of a control that waits too long: take it back, or do the next stronger thing. */

import { offer } from '../../core/model/capability.ts'
import type { ControlRecord } from '../../core/model/control.ts'
import type { Row } from '../../core/model/row.ts'
import { useSend } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { hostOf } from './host-of.ts'

export interface WayOut {
  readonly title: string
  readonly act: () => void
}

export interface WaysOut {
  readonly withdraw?: WayOut
  readonly escalate?: WayOut
}

/** Only what is offered now. A suspend is taken back by a resume: it drops the hold that was asked for. */
export function useWayOut(row: Row, control: ControlRecord): WaysOut {
  const send = useSend()
  const model = useModel()
  const host = useWindow((state) => hostOf(row, state.rows))
  const { verb } = control.request.command
  const kill: WayOut = {
    title: host?.node === 'connection' ? 'End the server…' : 'End host…',
    act: () => model.open({ kind: 'kill', target: row.key }),
  }
  if (verb === 'suspend') {
    return {
      ...(offer(row, 'resume').offered
        ? { withdraw: { title: 'Withdraw suspend', act: () => void send(row.key, { verb: 'resume' }) } }
        : {}),
      ...(host !== undefined && offer(host, 'freeze').offered
        ? {
            escalate: {
              title: host.node === 'connection' ? 'Freeze server' : 'Freeze host',
              act: () => void send(host.key, { verb: 'freeze' }),
            },
          }
        : {}),
    }
  }
  return verb === 'cancel' || verb === 'kill' || verb === 'stop' ? { escalate: kill } : {}
}
