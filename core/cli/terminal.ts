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

/** C0 and C1 control characters, and the characters that reorder what is read; tab and line feed are left alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Text of a task or its host, made harmless for a terminal: what would steer it is shown as its code. */
export function harmless(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
