/**
 * Console, stdout and stderr of a host, line by line, under the task whose code wrote them. Without `echo` nothing of it
 * reaches the process's real streams: those carry only what the runtime itself says when it dies.
 */
import type { LogLine } from '../../model/event.ts'
import type { CurrentTask } from '../current-task.ts'

type Level = NonNullable<LogLine['level']>
type Stream = 'stdout' | 'stderr'

const maxLineLength = 10_000
/** A line that never ends is shown in pieces of this size at the latest. */
const maxOpenLine = 10_000

const consoleLevels = {
  debug: 'debug',
  trace: 'debug',
  log: 'info',
  info: 'info',
  dir: 'info',
  table: 'info',
  warn: 'warn',
  error: 'error',
} as const satisfies Partial<Record<keyof Console, Level>>

export interface CaptureOptions {
  readonly currentTask: () => CurrentTask | undefined
  /** A line that no task wrote. */
  readonly hostLine: (line: LogLine) => void
  /** Writes to the real streams too. `false` by default. */
  readonly echo?: boolean
}

/** Captures from now on, until the process ends. */
export function captureOutput({ currentTask, hostLine, echo = false }: CaptureOptions): void {
  let level: Level | undefined
  const openLines = new Map<string, string>()

  const write = (stream: Stream, text: string): void => {
    const task = currentTask()
    const key = `${stream} ${task?.id ?? ''}`
    const pieces = ((openLines.get(key) ?? '') + text).split('\n')
    const open = pieces.pop() ?? ''
    if (open.length > maxOpenLine) pieces.push(open)
    if (open === '' || open.length > maxOpenLine) openLines.delete(key)
    else openLines.set(key, open)
    for (const piece of pieces) {
      const line: LogLine = { stream, ...(level === undefined ? {} : { level }), text: shorten(piece) }
      if (task === undefined) hostLine(line)
      else task.writeLine(line)
    }
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const original = process[stream].write.bind(process[stream])
    process[stream].write = captureWrite(stream, (name, text) => {
      write(name, text)
      if (echo) original(text)
    })
  }

  for (const [name, value] of Object.entries(consoleLevels)) {
    const method = name as keyof typeof consoleLevels
    const original = console[method].bind(console) as (...parts: unknown[]) => void
    console[method] = (...parts: unknown[]): void => {
      level = value
      try {
        original(...parts)
      } finally {
        level = undefined
      }
    }
  }
}

function captureWrite(stream: Stream, write: (stream: Stream, text: string) => void): typeof process.stdout.write {
  return (chunk: Uint8Array | string, encodingOrDone?: unknown, done?: unknown): boolean => {
    const encoding = typeof encodingOrDone === 'string' ? (encodingOrDone as BufferEncoding) : undefined
    write(stream, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    const callback = encoding === undefined ? (encodingOrDone ?? done) : done
    if (typeof callback === 'function') queueMicrotask(() => void callback())
    return true
  }
}

function shorten(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength)}… (${text.length} characters)`
}
