/** What a headless verb needs of the terminal it runs in. */
import type { Dispose } from '../model/dispose.ts'

export interface Terminal {
  /** Writes a whole line to where results go. */
  out(line: string): void
  /** Writes a whole line to where everything else goes. */
  err(line: string): void
  /** Told of every Ctrl-C (or SIGTERM); while somebody listens, it does not end the program by itself. */
  onInterrupt(listener: () => void): Dispose
}

export function createProcessTerminal(): Terminal {
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    onInterrupt(listener) {
      process.on('SIGINT', listener)
      process.on('SIGTERM', listener)
      return () => {
        process.off('SIGINT', listener)
        process.off('SIGTERM', listener)
      }
    },
  }
}
