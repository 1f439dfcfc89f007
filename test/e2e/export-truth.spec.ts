/**
 * What the window says of its export is true, whatever a collector does and although the application is killed in the
 * middle: the collector, in a process of its own, wrote down what it got; the task functions wrote down what there was.
 */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { readDropEntries } from '../../core/telemetry/drop-ledger.ts'
import { type CollectorProcess, startCollectorProcess } from '../support/collector/collector-process.ts'
import { faultSchedule, seededRandom } from '../support/collector/faults.ts'
import { findLies } from '../support/collector/find-lies.ts'
import { type LaunchedApp, launchApp } from './launch.ts'
import { moduleFile, runTask, selectHost, taskRow } from './modules.ts'

let collector: CollectorProcess | undefined
let launched: LaunchedApp | undefined
let folder: string

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-e2e-'))
})

test.afterEach(async () => {
  await launched?.close()
  launched = undefined
  await collector?.close()
  await rm(folder, { recursive: true, force: true })
})

function produced(): ReadonlySet<string> {
  const file = join(folder, 'produced.txt')
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [])
}

async function launch(base: string): Promise<LaunchedApp> {
  launched = await launchApp({
    userData: join(folder, 'user-data'),
    args: [moduleFile('truth.ts')],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: base,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      TASKSCOPE_TEST_TRUTH: join(folder, 'produced.txt'),
    },
  })
  await selectHost(launched.page, 'truth')
  return launched
}

/** The folder of the queue on disk, wherever the application keeps it. */
async function queueFolder(): Promise<string> {
  const files = await readdir(join(folder, 'user-data'), { recursive: true })
  const books = files.find((name) => name.endsWith('drops.jsonl'))
  return dirname(join(folder, 'user-data', books ?? expect(books, 'books of drops').toBeDefined() ?? ''))
}

test('received = produced − the drops on screen, over faults and a kill', async () => {
  test.setTimeout(180_000)
  const seed = Number(process.env.TASKSCOPE_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`TASKSCOPE_SEED=${seed}`)
  const random = seededRandom(seed)
  // Few enough that waiting after each failure does not take minutes.
  const schedule = faultSchedule(seed, 20).slice(0, 9)
  collector = await startCollectorProcess(folder, schedule)

  const first = await launch(collector.base)
  await runTask(first.page, 'truth', 'wave')
  // What began in the last milliseconds before a kill is known to nobody; from here on everything has been told.
  await expect(first.page.getByRole('contentinfo')).toContainText('301 running', { timeout: 30_000 })
  await new Promise((resolve) => setTimeout(resolve, 6000 * random()))
  const main = first.app.process()
  const gone = once(main, 'exit')
  process.kill(main.pid ?? 0, 'SIGKILL')
  await gone

  const { page } = await launch(collector.base)
  await runTask(page, 'truth', 'wave')
  await expect(taskRow(page, 'truth', 'wave')).toHaveAttribute('data-state', 'completed', { timeout: 60_000 })
  await page
    .getByRole('toolbar')
    .getByRole('button', { name: /^Export/ })
    .click()
  const health = page.getByRole('dialog', { name: 'Export spans' }).getByRole('status', { name: 'Export health' })
  await expect(health).toContainText(/, 0 queued/, { timeout: 90_000 })

  const text = await health.innerText()
  const shown = (word: string) => Number(new RegExp(`([\\d\\s]+) ${word}`).exec(text)?.[1]?.replaceAll(/\s/g, '') ?? 0)
  const drops = readDropEntries(await queueFolder())
  const ids = produced()
  expect(ids.size).toBe(602)
  expect(
    findLies({
      produced: ids,
      shown: { dropped: shown('dropped'), unconfirmed: shown('unconfirmed') },
      lines: collector.lines(),
      drops,
    }),
  ).toEqual([])
  await page.screenshot({ path: test.info().outputPath('export-health.png') })
})
