/** Runs `wrap` as this very process: its streams, its signals, its end. The client must not see a difference. */
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import { wrapCommand } from './wrap-command.ts'

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const

export async function runWrap(argv: readonly string[]): Promise<never> {
  const { stdin, stdout, stderr } = process
  const exit = await wrapCommand(argv, {
    streams: { stdin, stdout, stderr },
    clock: systemClock,
    timers: systemTimers,
    env: process.env,
    onSignal(handle) {
      for (const name of passedOn) process.on(name, handle)
      return () => {
        for (const name of passedOn) process.off(name, handle)
      }
    },
  })
  if (exit.signal !== undefined) {
    // Whoever waits for us sees the signal that ended the server, so nobody here may catch it.
    process.removeAllListeners(exit.signal)
    process.kill(process.pid, exit.signal)
    // Some signals do not end a process; then the shell's number for it does.
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  process.exit(exit.code ?? 1)
}
