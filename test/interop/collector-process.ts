/** A running Collector with a configuration and a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { collectorBinary } from './build-collector.ts'

export interface CollectorProcess {
  /** Where it may write; goes with it. */
  readonly folder: string
  stop(): Promise<void>
}

/** @param configFor gets the folder. @returns once everything in the Collector is ready */
export async function startCollectorProcess(configFor: (folder: string) => object): Promise<CollectorProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-interop-'))
  const config = join(folder, 'config.yaml')
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configFor(folder)))
  const collector = spawn(collectorBinary, ['--config', `file:${config}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  collector.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const stop = async () => {
    if (collector.exitCode === null) {
      collector.kill('SIGKILL')
      await once(collector, 'close')
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await vi.waitFor(() => expect(log).toContain('Everything is ready'), { timeout: 60_000, interval: 50 })
  } catch (error) {
    await stop()
    throw error
  }
  return { folder, stop }
}
