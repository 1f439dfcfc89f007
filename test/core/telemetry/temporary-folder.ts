import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for one test. */
export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

export function createTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'taskscope-queue-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
