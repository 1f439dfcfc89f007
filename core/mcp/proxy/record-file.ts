/**
 * The file that a recording goes to: only its owner can read it, lines are appended in order, and a full or broken disk
 * ends the recording and nothing else.
 */
import { createWriteStream, fchmodSync, openSync } from 'node:fs'

export interface RecordFile {
  write(line: string): void
  /** Resolves when everything has been written, or writing has failed. */
  close(): Promise<void>
}

const ownerOnly = 0o600
/** So much may wait for the disk; a wire that is faster than that for long is no longer recorded. */
const maxWaitingBytes = 64 * 1024 * 1024

/** @throws what the system says when the file cannot be made */
function openRecordFile(path: string, failed: (error: Error) => void): RecordFile {
  const file = openSync(path, 'w', ownerOnly)
  // A file that was there already keeps its mode otherwise.
  if (process.platform !== 'win32') fchmodSync(file, ownerOnly)
  const stream = createWriteStream(path, { fd: file })
  let broken = false
  const fail = (error: Error) => {
    if (broken) return
    broken = true
    failed(error)
  }
  stream.on('error', fail)
  return {
    write(line) {
      if (broken) return
      stream.write(line)
      if (stream.writableLength > maxWaitingBytes) fail(new Error('the disk is slower than the wire'))
    },
    close: () =>
      new Promise((resolve) => {
        stream.once('close', () => resolve())
        if (stream.destroyed) resolve()
        else stream.end()
      }),
  }
}

/** The file, when one is wanted and can be made; a conversation goes on without it. */
export function tryRecordFile(path: string | undefined, failed: (error: unknown) => void): RecordFile | undefined {
  if (path === undefined) return undefined
  try {
    return openRecordFile(path, failed)
  } catch (error) {
    failed(error)
    return undefined
  }
}
