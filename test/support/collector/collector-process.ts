/** Starts the misbehaving collector in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleEntry } from '../bundle-entry.ts'
import type { Fault } from './faults.ts'

export interface ReceivedLine {
  readonly spanId: string
  readonly name: string
  /** The id of the task that the span is about. */
  readonly task: string
  /** It only says that a task is still open. */
  readonly pending: boolean
  /** Which request it came with, from 1. */
  readonly request: number
  readonly kept: boolean
}

export interface CollectorProcess {
  /** `http://127.0.0.1:<port>` */
  readonly base: string
  /** What it has kept or said that it would not keep, in order; a span that came twice is there twice. */
  lines(): readonly ReceivedLine[]
  close(): Promise<void>
}

/** `folder` is where it lives and writes what it keeps. */
export async function startCollectorProcess(folder: string, schedule: readonly Fault[]): Promise<CollectorProcess> {
  const main = join(folder, 'collector.mjs')
  const file = join(folder, 'received.jsonl')
  await bundleEntry(fileURLToPath(new URL('./main.ts', import.meta.url)), main)
  const child = spawn(process.execPath, [main, file, JSON.stringify(schedule)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const lines = () =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as ReceivedLine)
      : []
  return {
    base: `http://127.0.0.1:${port.toString().trim()}`,
    lines,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}
