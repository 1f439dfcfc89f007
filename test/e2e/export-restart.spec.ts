/**
 * The whole application is killed while a task runs: the collector has the record of the open task by then, and the next
 * start ends its span as interrupted and says so. Nothing that waited on disk is lost.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { attributeNames as names } from '../../core/telemetry/attribute-names.ts'
import { type Collector, startCollector, take } from '../core/telemetry/collector.ts'
import { type LaunchedApp, launchApp } from './launch.ts'
import { type ModuleFolder, moduleFile, moduleFolder, runTask, selectHost, taskRow } from './modules.ts'
import { until } from './window.ts'

let collector: Collector
let launched: LaunchedApp | undefined
let folder: ModuleFolder
let userData: string

test.beforeEach(async () => {
  folder = await moduleFolder()
  userData = await mkdtemp(join(tmpdir(), 'taskscope-e2e-'))
  collector = await startCollector()
})

test.afterEach(async () => {
  await launched?.close()
  launched = undefined
  await collector.close()
  await folder.remove()
  await rm(userData, { recursive: true, force: true })
})

async function launch(): Promise<LaunchedApp> {
  launched = await launchApp({
    userData,
    args: [moduleFile('spans.ts')],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.base, TASKSCOPE_TEST_GATE: join(folder.path, 'gate') },
  })
  await selectHost(launched.page, 'spans')
  return launched
}

test('killed in the middle: the open task was visible before, and ends as interrupted after the next start', async () => {
  const first = await launch()
  const parent = await runTask(first.page, 'spans', 'parent', { site: 'docs.example.dev' })
  const id = await parent.getAttribute('data-task-id')
  const pending = () => collector.spans().find((span) => span.attributes[names.pending] === true)
  await until('the record of the open task is there', () => pending() !== undefined)
  expect(pending()?.attributes[names.taskId]).toBe(id)

  // From here on nothing is taken: what follows waits on disk.
  collector.behave((response) => response.writeHead(503).end())
  await runTask(first.page, 'spans', 'crowd')
  await expect(taskRow(first.page, 'spans', 'crowd')).toHaveAttribute('data-state', 'running')
  const main = first.app.process()
  const gone = once(main, 'exit')
  process.kill(main.pid ?? 0, 'SIGKILL')
  await gone
  collector.behave(take)

  const { page } = await launch()
  const interrupted = () => collector.spans().filter((span) => span.attributes[names.interrupted] === true)
  await until('the open spans have their end', () => interrupted().length >= 42)
  const whole = interrupted().find((span) => span.attributes[names.taskId] === id)
  expect(whole).toMatchObject({
    spanId: pending()?.parentSpanId,
    traceId: pending()?.traceId,
    status: { code: 'error', message: 'Taskscope ended before the task did' },
  })
  expect(new Set(interrupted().map((span) => span.spanId)).size).toBe(42)

  await page.getByRole('toolbar').getByRole('button', { name: 'Export on' }).click()
  const health = page.getByRole('dialog', { name: 'Export spans' }).getByRole('status', { name: 'Export health' })
  await expect(health).toContainText('42 tasks were open when Taskscope ended before')
  await page.screenshot({ path: test.info().outputPath('export-dialog.png') })
})
