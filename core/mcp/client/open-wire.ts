import type { Timers } from '../../model/clock.ts'
import { isAddress, type ServerTarget } from '../../model/server-target.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { openHttpWire } from './http-wire.ts'
import type { Authorizer } from './oauth/authorizer.ts'
import type { Environment } from './server-launch.ts'
import type { ServerWire, WireListeners } from './server-wire.ts'
import { openStdioWire } from './stdio-wire.ts'

export interface OpenWireOptions {
  readonly target: ServerTarget
  readonly environment: Environment
  readonly timers: Timers
  readonly limits: ConnectionLimits
  readonly nextExchange: () => number
  readonly authorizer: Authorizer | undefined
  readonly listeners: WireListeners
}

/** Launches the server, or gets ready to reach it, whichever kind of target it is. */
export function openWire(options: OpenWireOptions): ServerWire {
  const { target, environment, timers, limits, nextExchange, authorizer, listeners } = options
  const graceMs = limits.stopGraceMs
  if (!isAddress(target)) return openStdioWire({ launch: target, environment, timers, graceMs, listeners })
  const { reopenMs } = limits
  return openHttpWire({ address: target, timers, graceMs, reopenMs, listeners, nextExchange, authorizer })
}
