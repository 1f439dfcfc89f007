/** Small files that only their owner may read, replaced as a whole: one process writes each of them. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a file next to the old one and moves it into place: a process that is killed leaves the old or the new one, never
 * half of one. The folder is made where it is missing. Throws what the file system throws; then the old file stays.
 */
export function writeFileWhole(path: string, content: string): void {
  const next = `${path}.new`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(next, content, { mode: 0o600 })
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}
