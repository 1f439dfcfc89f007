/**
 * Received = produced minus the drops that are shown, id by id, whatever a collector does, and although the exporting
 * process is killed in the middle. Produced is what task functions wrote themselves; received is what the collector
 * wrote. What nobody on this side can know is shown apart, as unconfirmed, and is the only thing that may be either.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readDropEntries } from '../../../../core/telemetry/drop-ledger.ts'
import { bundleEntry } from '../../../support/bundle-entry.ts'
import { type CollectorProcess, startCollectorProcess } from '../../../support/collector/collector-process.ts'
import { faultSchedule, faults, seededRandom } from '../../../support/collector/faults.ts'
import { findLies } from '../../../support/collector/find-lies.ts'
import { patientTest } from '../../runner/host/built-entries.ts'
import { createTemporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const tasksPerRun = 1500

let folder: TemporaryFolder
let collector: CollectorProcess | undefined
let exporting: ChildProcess | undefined

beforeEach(() => {
  folder = createTemporaryFolder()
})

afterEach(async () => {
  if (exporting !== undefined) await kill(exporting)
  await collector?.close()
  folder.remove()
})

/** The ids in a file that the exporting process or its tasks wrote. */
function idsIn(name: string): readonly string[] {
  const file = join(folder.path, name)
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
}

function start(base: string, run: string): ChildProcess {
  const main = join(folder.path, 'exporting-process.mjs')
  return spawn(process.execPath, [main, folder.path, base, run, String(tasksPerRun)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'close')
}

interface ShownHealth {
  readonly dropped: number
  readonly unconfirmed: number
}

async function shownHealth(child: ChildProcess): Promise<ShownHealth> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(0)
  return JSON.parse(text) as ShownHealth
}

/** Two runs that are killed at moments of the seed's choice, and one that ends by itself. */
async function live(seed: number, length: number): Promise<void> {
  const random = seededRandom(seed)
  collector = await startCollectorProcess(folder.path, faultSchedule(seed, length))
  await bundleEntry(
    fileURLToPath(new URL('./exporting-process.ts', import.meta.url)),
    join(folder.path, 'exporting-process.mjs'),
  )
  for (const run of ['a', 'b']) {
    const before = idsIn('produced.txt').length
    exporting = start(collector.base, run)
    const until = before + Math.floor(tasksPerRun * (0.2 + 0.7 * random()))
    await vi.waitFor(() => expect(idsIn('produced.txt').length).toBeGreaterThan(until), {
      timeout: 30_000,
      interval: 2,
    })
    await kill(exporting)
  }
  exporting = start(collector.base, 'c')
  const shown = await shownHealth(exporting)
  // A kill may catch a task between its creation and its first statement: it is shown as interrupted then.
  const all = new Set([...idsIn('produced.txt'), ...idsIn('interrupted.txt')])
  const drops = readDropEntries(queueFolder(folder.path))
  const lines = collector.lines()
  expect(findLies({ produced: all, shown, lines, drops })).toEqual([])
  // One span per task: the numbers must agree as well.
  const received = new Set(lines.flatMap(({ kept, task }) => (kept ? [task] : [])))
  const missing = [...all].filter((id) => !received.has(id)).length
  expect(received.size + missing).toBe(all.size)
  expect(missing).toBeGreaterThanOrEqual(shown.dropped)
  expect(missing).toBeLessThanOrEqual(shown.dropped + shown.unconfirmed)
}

/** The folder of the one destination. */
function queueFolder(under: string): string {
  const [name = ''] = readdirSync(join(under, 'queue'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )
  return join(under, 'queue', name)
}

const chosen = process.env.TASKSCOPE_SEED
const seeds = chosen === undefined ? [1, 2, Math.floor(Math.random() * 2 ** 31)] : [Number(chosen)]

it.each(seeds)(
  'received = produced − drops over every fault and two kills (TASKSCOPE_SEED=%i)',
  (seed) => live(seed, faults.length + 6),
  patientTest.timeout,
)
