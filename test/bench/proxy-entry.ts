/** The reverse proxy as a process of its own. */
import { proxyCommand } from '../../core/mcp/proxy/proxy-command.ts'
import { systemClock, systemTimers } from '../../core/system/system-clock.ts'

process.exit(
  await proxyCommand(process.argv.slice(2), {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: () => undefined,
    clock: systemClock,
    timers: systemTimers,
    env: process.env,
    ended: new Promise((resolve) => process.once('SIGTERM', resolve)),
  }),
)
