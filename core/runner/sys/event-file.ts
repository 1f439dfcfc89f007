/**
 * Appends the events of one task to a file, one JSON line each. The file is made for its owner alone. What cannot be
 * written is told once, and ends it.
 */
import { createWriteStream } from 'node:fs'
import type { TaskEvent } from '../../model/event.ts'

export interface EventFile {
  readonly path: string
  write(event: TaskEvent): void
  close(): void
}

export interface EventFileListener {
  /** The file is open and takes events. */
  opened(): void
  /** It could not be opened, or no longer be written. */
  failed(reason: string): void
}

/** Opens an event file; the default of `TaskRunnerOptions.openEventFile`. */
export type OpenEventFile = (path: string, listener: EventFileListener) => EventFile

export const openEventFile: OpenEventFile = (path, listener) => {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  let over = false
  stream.once('open', () => listener.opened())
  stream.on('error', (error) => {
    if (over) return
    over = true
    listener.failed(error.message)
  })
  return {
    path,
    write(event) {
      if (!over) stream.write(`${JSON.stringify(event)}\n`)
    },
    close() {
      if (over) return
      over = true
      stream.end()
    },
  }
}
