import { closeSync, ftruncateSync, openSync } from 'node:fs'
import { writeText } from './write-text.ts'

/** Appends to one new file that only its owner may read. */
export interface SegmentWriter {
  /** Appends all of it or nothing, and returns how many bytes. Throws what the file system throws. */
  append(text: string): number
  close(): void
}

/** Fails when the file is there already. */
export function openSegmentWriter(path: string): SegmentWriter {
  const file = openSync(path, 'wx', 0o600)
  let size = 0
  return {
    append(text) {
      try {
        const added = writeText(file, text, size)
        size += added
        return added
      } catch (error) {
        // A full disk may take a part; what follows must begin on a line of its own.
        ftruncateSync(file, size)
        throw error
      }
    },
    close: () => closeSync(file),
  }
}
