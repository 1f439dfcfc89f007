import type { Clock, Timers } from '../../model/clock.ts'
import type { Emit } from '../../model/stamp.ts'
import type { TaskEvents } from '../analyze/task-events.ts'
import type { RpcId } from '../wire/rpc-message.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { RpcPeer } from './rpc-peer.ts'

/** What everything needs that carries out a person's wishes at a server. */
export interface DeskOptions {
  readonly emit: Emit
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly peer: RpcPeer
  readonly events: () => TaskEvents
  /** The request that stands for a call now, after going back and forth. */
  readonly latest: (request: RpcId) => RpcId
}
