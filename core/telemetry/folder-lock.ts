/**
 * One process per queue folder. The lock is a file that names the process; it counts for nothing once that process is
 * gone, or when it is older than the machine's last start (process ids begin anew there).
 */
import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { Dispose } from '../model/dispose.ts'

/** Takes the folder, or returns `undefined` when a living process has it. Throws what the file system throws. */
export function lockFolder(folder: string): Dispose | undefined {
  const path = join(folder, 'lock')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => remove(path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      if (isHeld(path)) return undefined
      remove(path)
    }
  }
  return undefined
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    if (!Number.isInteger(pid) || pid <= 0) return false
    if (statSync(path).mtimeMs < Date.now() - uptime() * 1000) return false
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process exists and belongs to somebody else.
    return codeOf(error) === 'EPERM'
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
