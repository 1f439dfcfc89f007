/** What a headless verb needs of the terminal it runs in. */
import { createInterface } from 'node:readline'
import type { Dispose } from '../model/dispose.ts'

export interface Terminal {
  /** Writes a whole line to where results go. */
  out(line: string): void
  /** Writes a whole line to where everything else goes. */
  err(line: string): void
  /** Told of every line that is typed, until it is given up. Absent where nobody types. */
  onLine?(listener: (line: string) => void): Dispose
  /** Told of every Ctrl-C (or SIGTERM); while somebody listens, it does not end the program by itself. */
  onInterrupt(listener: () => void): Dispose
}

export function createProcessTerminal(): Terminal {
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    onLine(listener) {
      const lines = createInterface({ input: process.stdin, terminal: false })
      lines.on('line', listener)
      return () => {
        lines.close()
        process.stdin.unref?.()
      }
    },
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
