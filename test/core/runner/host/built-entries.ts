/** The files a host is made of, built into a temporary folder the way the application's own build makes them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { HostEntries } from '../../../../core/runner/host/host-source.ts'

const core = fileURLToPath(new URL('../../../../core', import.meta.url))

export interface BuiltEntries {
  readonly entries: HostEntries
  remove(): Promise<void>
}

export async function buildEntries(): Promise<BuiltEntries> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-entries-'))
  await build({
    entryPoints: {
      host: join(core, 'runner/host/host-entry.ts'),
      watchdog: join(core, 'runner/host/watchdog-entry.ts'),
      thread: join(core, 'runner/thread/thread-entry.ts'),
      process: join(core, 'runner/process/process-entry.ts'),
      taskscope: join(core, 'index.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Shared chunks: the host and what a module imports are one copy, as in the application.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  })
  return {
    entries: {
      host: join(folder, 'host.mjs'),
      watchdog: join(folder, 'watchdog.mjs'),
      thread: join(folder, 'thread.mjs'),
      process: join(folder, 'process.mjs'),
      library: join(folder, 'taskscope.mjs'),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Real processes on a busy machine: tests wait on conditions, and this is only where waiting ends. */
export const patientTest = { timeout: 60_000 }
