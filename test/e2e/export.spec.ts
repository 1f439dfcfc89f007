/**
 * Spans as a collector gets them: a real OTLP/HTTP endpoint that reads them with OpenTelemetry's own protobuf code, once
 * named by the standard variable and once typed into the window.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { attributeNames as names } from '../../core/telemetry/attribute-names.ts'
import { type Collector, type ReceivedSpan, startCollector } from '../core/telemetry/collector.ts'
import { type LaunchedApp, launchApp } from './launch.ts'
import { hostPid, type ModuleFolder, moduleFile, moduleFolder, runTask, selectHost, taskRow } from './modules.ts'
import { press, until } from './window.ts'

let collector: Collector
let launched: LaunchedApp | undefined
let folder: ModuleFolder
let gate: string

test.beforeEach(async () => {
  folder = await moduleFolder()
  gate = join(folder.path, 'gate')
  collector = await startCollector()
})

test.afterEach(async () => {
  await launched?.close()
  launched = undefined
  await collector.close()
  await folder.remove()
})

async function launch(env: Readonly<Record<string, string>>): Promise<Page> {
  launched = await launchApp({ args: [moduleFile('spans.ts')], env: { ...env, TASKSCOPE_TEST_GATE: gate } })
  const { page } = launched
  await selectHost(page, 'spans')
  return page
}

function exportButton(page: Page, word: string): Locator {
  return page.getByRole('toolbar').getByRole('button', { name: `Export ${word}` })
}

/** Runs the parent, answers its question, holds its left child for a while, and waits for the end. */
async function runParent(page: Page): Promise<string> {
  await rm(gate, { force: true })
  const parent = await runTask(page, 'spans', 'parent', { site: 'docs.example.dev' })
  await parent.click()
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('form', { name: 'Answer the question' }).getByRole('button', { name: 'Send answer' }).click()
  const left = taskRow(page, 'spans', 'left')
  await expect(left).toHaveAttribute('data-state', 'running')
  await left.click()
  await press(page, 'Suspend')
  await expect(left).toHaveAttribute('data-state', 'suspended')
  await press(page, 'Resume')
  await expect(left).toHaveAttribute('data-state', 'running')
  await folder.write('gate', 'open')
  await expect(left).toHaveAttribute('data-state', 'completed')
  await expect(parent).toHaveAttribute('data-state', 'completed')
  return (await parent.getAttribute('data-task-id')) ?? ''
}

function only(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  // On a slow machine a task is open for a second, and then there is a record of that as well.
  const found = spans.filter((span) => span.name === name && span.attributes[names.pending] !== true)
  expect(found, name).toHaveLength(1)
  return found[0] as ReceivedSpan
}

/** The states that a task was in, in order. It is pending only for a moment, which is told when it can be measured. */
function intervals(spans: readonly ReceivedSpan[], task: ReceivedSpan): readonly unknown[] {
  return spans
    .filter((span) => span.parentSpanId === task.spanId && span.attributes[names.pending] !== true)
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .flatMap((span) => span.attributes[names.state] ?? [])
    .filter((state) => state !== 'pending')
}

/** What must be true of the parent and its two children, wherever the endpoint came from. */
function checkFamily(spans: readonly ReceivedSpan[], parentId: string): void {
  const parent = only(spans, 'task parent')
  const left = only(spans, 'task left')
  const right = only(spans, 'task right')
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length)
  expect(new Set([parent, left, right].map((span) => span.traceId)).size).toBe(1)
  expect(parent.parentSpanId).toBe('')
  expect([left.parentSpanId, right.parentSpanId]).toEqual([parent.spanId, parent.spanId])

  expect(parent.status.code).toBe('ok')
  expect(parent.attributes).toMatchObject({
    [names.taskId]: parentId,
    [names.taskName]: 'parent',
    [names.taskLabel]: 'docs.example.dev',
    [names.sourceId]: 'spans',
    [names.taskAttempt]: 1,
    [names.outcome]: 'completed',
  })
  expect(left.attributes).toMatchObject({ [names.taskParentId]: parentId, [names.outcome]: 'completed' })
  expect(right.status).toEqual({ code: 'error', message: 'there is no right' })
  expect(right.attributes).toMatchObject({
    [names.outcome]: 'failed',
    [names.failure]: 'error',
    [names.errorType]: 'TypeError',
  })
  expect(right.events.map((event) => event.name)).toContain('exception')

  expect(intervals(spans, parent)).toEqual(['running', 'input_required', 'running'])
  expect(intervals(spans, left)).toEqual(['running', 'suspended', 'running'])
  expect(intervals(spans, right)).toEqual(['running'])
  const held = spans.find((span) => span.parentSpanId === left.spanId && span.name === 'task.suspended')
  expect(held?.attributes).toMatchObject({
    [names.state]: 'suspended',
    [names.enteredFrom]: 'running',
    [names.enteredBy]: 'you',
    [names.to]: 'running',
    [names.by]: 'you',
  })
  for (const span of [parent, left, right]) {
    const inner = spans.filter((one) => one.parentSpanId === span.spanId && one.attributes[names.state] !== undefined)
    expect(Math.min(...inner.map((one) => one.start))).toBeGreaterThanOrEqual(span.start)
    expect(Math.max(...inner.map((one) => one.end))).toBe(span.end)
  }
}

test('with the standard variable, spans go there by themselves, with their headers and resource', async () => {
  const page = await launch({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.base}/collect`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=blue',
    OTEL_SERVICE_NAME: 'nightly crawl',
  })
  const id = await runParent(page)
  await until('the family has arrived', () => collector.spans().some((span) => span.name === 'task parent'))
  checkFamily(collector.spans(), id)
  const [request] = collector.requests
  expect(request).toMatchObject({
    path: '/collect/v1/traces',
    headers: { 'content-type': 'application/x-protobuf', 'x-team': 'blue' },
  })
  expect(request?.spans[0]?.resource[names.serviceName]).toBe('nightly crawl')

  await expect(exportButton(page, 'on')).toBeVisible()
  await exportButton(page, 'on').click()
  const dialog = page.getByRole('dialog', { name: 'Export spans' })
  await expect(dialog).toContainText('The endpoint comes from OTEL_EXPORTER_OTLP_ENDPOINT')
  await expect(dialog.getByLabel('Endpoint')).toHaveValue(`${collector.base}/collect/v1/traces`)
})

test('About shows what was measured of tasks and of the application, a slow frame of the window among it', async () => {
  const page = await launch({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.base })
  await runParent(page)
  await page.evaluate(() => {
    requestAnimationFrame(() => {
      const until = performance.now() + 120
      while (performance.now() < until);
    })
  })
  await page.keyboard.press('Control+K')
  await page.keyboard.type('about')
  await page.keyboard.press('Enter')
  const about = page.getByRole('dialog', { name: 'Taskscope' })
  const value = (metric: string) => about.locator(`[data-metric="${metric}"] td`).first()
  await expect(value('taskscope.task.duration')).toHaveText(/^[3-9]$/)
  await expect(value('taskscope.window.slow_frames')).toHaveText(/^[1-9]/)
  await expect(value('taskscope.events.applied')).toHaveText(/^[1-9]/)
  await expect(value('process.memory.usage')).toHaveText(/^\d+ MB$/)
})

test('with the settings: nothing leaves before; the test span is answered; then spans go there with their headers', async () => {
  const page = await launch({})
  await runParent(page)
  await exportButton(page, 'off').click()
  const dialog = page.getByRole('dialog', { name: 'Export spans' })
  await expect(dialog.getByRole('status', { name: 'Export health' })).toContainText('nothing leaves this machine')
  await dialog.getByLabel('Endpoint').fill(collector.base)
  await dialog.getByRole('button', { name: 'Add header' }).click()
  await dialog.getByLabel('Name of header 1').fill('authorization')
  await dialog.getByLabel('Value of header 1').fill('Bearer secret-42')
  await dialog.getByRole('button', { name: 'Send a test span' }).click()
  await expect(dialog.getByRole('status').filter({ hasText: 'The collector answered in' })).toContainText(
    /answered in \d+ ms: the collector answered 200/,
  )
  expect(collector.spans().map((span) => span.name)).toEqual(['taskscope.test'])
  expect(collector.requests[0]?.headers.authorization).toBe('Bearer secret-42')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(exportButton(page, 'waits')).toBeVisible()

  const id = await runParent(page)
  await until('the family has arrived', () => collector.spans().some((span) => span.name === 'task parent'))
  const family = collector.spans().filter((span) => span.name !== 'taskscope.test')
  checkFamily(family, id)
  expect(collector.requests.every((request) => request.path === '/v1/traces')).toBe(true)
  expect(collector.requests.at(-1)?.headers.authorization).toBe('Bearer secret-42')
  await expect(exportButton(page, 'on')).toBeVisible()
  await expect(page.getByRole('contentinfo')).toContainText(/spans: \d+ sent, 0 open, 0 dropped/)
})

test('a host that is killed outright loses no span: every task that was created has its end', async () => {
  const page = await launch({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.base })
  await runTask(page, 'spans', 'crowd')
  const members = () => page.getByRole('contentinfo').textContent()
  await until('the crowd is there', async () => /41 running/.test((await members()) ?? ''))
  process.kill(await hostPid(page, 'spans'), 'SIGKILL')

  await expect(taskRow(page, 'spans', 'crowd')).toHaveAttribute('data-state', 'failed')
  const ended = () => collector.spans().filter((span) => /^task (crowd|member)$/.test(span.name))
  await until('all of them have ended', () => ended().length >= 41)
  const crowd = only(collector.spans(), 'task crowd')
  const all = ended()
  expect(all).toHaveLength(41)
  expect(new Set(all.map((span) => span.attributes[names.taskId])).size).toBe(41)
  for (const span of all) {
    expect(span.status).toEqual({ code: 'error', message: 'host was ended by SIGKILL' })
    expect(span.attributes).toMatchObject({ [names.outcome]: 'failed', [names.failure]: 'exit' })
    expect(intervals(collector.spans(), span)).toEqual(['running'])
    expect(span.traceId).toBe(crowd.traceId)
    if (span !== crowd) expect(span.parentSpanId).toBe(crowd.spanId)
  }
  await expect(page.getByRole('contentinfo')).toContainText(/spans: \d+ sent, 0 open, 0 dropped/)
})
