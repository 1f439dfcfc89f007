/** A server that we launched: one message per line on its input and output. Owns the process. */
import type { Timers } from '../../model/clock.ts'
import type { ServerLaunch } from '../../model/server-target.ts'
import type { WireLine } from '../wire/line-splitter.ts'
import { readRpcText, writeRpcLine } from '../wire/rpc-message.ts'
import type { Environment } from './server-launch.ts'
import { launchServer, stopServer } from './server-process.ts'
import type { ServerWire, WireListeners } from './server-wire.ts'

export interface StdioWireOptions {
  readonly launch: ServerLaunch
  readonly environment: Environment
  readonly timers: Timers
  /** Between end of input, SIGTERM and SIGKILL, milliseconds. */
  readonly graceMs: number
  readonly listeners: WireListeners
}

export function openStdioWire(options: StdioWireOptions): ServerWire {
  const { launch, environment, timers, graceMs, listeners } = options

  function take(line: WireLine): void {
    const reading = line.overlong
      ? { ok: false as const, why: `it is longer than allowed (${line.bytes} bytes)` }
      : readRpcText(line.text)
    if (reading.ok) {
      const text = reading.messages.length === 1 ? line.text : undefined
      for (const message of reading.messages) listeners.message(message, text)
    } else listeners.garbage(line, reading.why)
  }

  const { stderr, exit } = listeners
  const server = launchServer({ launch, environment, timers, listeners: { line: take, stderr, exit } })
  return {
    transport: 'stdio',
    pid: server.pid,
    exited: server.exited,
    head: () => undefined,
    send: (message) => server.write(writeRpcLine(message)),
    abandon: () => false,
    agreed: () => undefined,
    authorized: () => undefined,
    stop: () => stopServer(server, timers, graceMs, listeners.side),
    kill() {
      listeners.side('signal', { sig: 'SIGKILL' })
      server.signal('SIGKILL')
      return server.exited
    },
    freeze: (frozen) => server.signal(frozen ? 'SIGSTOP' : 'SIGCONT'),
  }
}
