/** Turns raw chunks of a process's output into lines; what the runtime writes when it dies ends without a newline. */
import type { LogLine } from '../../model/event.ts'

const longestOpenLine = 10_000

export interface OutputLines {
  push(stream: 'stdout' | 'stderr', chunk: string): void
  /** Gives what is left. */
  end(): void
}

export function createOutputLines(write: (line: LogLine) => void): OutputLines {
  const open = { stdout: '', stderr: '' }
  return {
    push(stream, chunk) {
      const pieces = (open[stream] + chunk).split('\n')
      const rest = pieces.pop() ?? ''
      for (const text of pieces) write({ stream, text })
      open[stream] = rest.length > longestOpenLine ? '' : rest
      if (rest.length > longestOpenLine) write({ stream, text: rest })
    },
    end() {
      for (const stream of ['stdout', 'stderr'] as const) {
        if (open[stream] !== '') write({ stream, text: open[stream] })
        open[stream] = ''
      }
    },
  }
}
