/** Someone else's client, through `taskscope wrap`: the window sees its tasks and helps one that stands still. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, row, select, until } from './window.ts'

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const taskscope = path('electron/tools/taskscope.mjs')
const everything = path('node_modules/@modelcontextprotocol/server-everything/dist/index.js')

let launched: LaunchedApp
const started: ChildProcess[] = []

test.beforeEach(async () => {
  launched = await launchApp({ args: ['--empty'] })
})

test.afterEach(async () => {
  for (const { pid } of started.splice(0)) if (pid !== undefined) endGroup(pid)
  await launched.close()
})

/** A client, its proxy and its server: the reference server does not end with its input. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of them have ended.
  }
}

/** Starts a client whose server stands behind the proxy; what it lives through comes line by line. */
function startClient(client: string, server: readonly string[]) {
  const proxy = [process.execPath, taskscope, 'wrap', '--', process.execPath, ...server]
  const env = { ...process.env, TASKSCOPE_RUNTIME_DIR: join(launched.userData, 'run') }
  const child = spawn(process.execPath, [path(client), ...proxy], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  started.push(child)
  const said: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as Record<string, unknown>))
  return { child, said }
}

test('the official requester of tasks never opens tasks/result and stalls; one click on the finding helps, and its own answer decides', async () => {
  test.setTimeout(120_000)
  const { page } = launched
  const { said } = startClient('test/fixtures/clients/ext-tasks.mjs', [everything, 'stdio'])
  const task = row(page, 'simulate-research-query')
  await expect(task).toHaveAttribute('data-state', 'input_required', { timeout: 30_000 })
  const since = Date.now()
  await select(page, 'simulate-research-query')
  await page.getByRole('tab', { name: 'Frames' }).click()
  await expect(page.getByRole('listbox', { name: 'Frames' })).toContainText('tools/call')
  await page.getByRole('tab', { name: 'Overview' }).click()
  const fix = page.getByRole('region', { name: 'Findings' }).getByRole('button', { name: 'Send tasks/result' })
  await expect(fix).toBeVisible({ timeout: 10_000 })
  expect(Date.now() - since).toBeLessThan(10_000)
  expect(said.some((event) => 'asked' in event)).toBe(false)
  await fix.click()
  await expect(task).toHaveAttribute('data-state', 'completed', { timeout: 30_000 })
  await until('the client has its result', () => said.some((event) => 'result' in event))
  const answered = said.find((event) => 'asked' in event) as { answered: { interpretation: string } }
  expect(String(said.at(-1)?.result)).toContain(answered.answered.interpretation)
  await page.getByRole('tab', { name: 'Frames' }).click()
  const frames = page.getByRole('listbox', { name: 'Frames' })
  await expect(frames.getByText('injected').first()).toBeVisible()
  await frames.getByRole('option').filter({ hasText: 'tools/call' }).first().click()
  await expect(page.getByRole('region', { name: /^Frame \d+$/ })).toContainText('simulate-research-query')
  expect(launched.pageErrors).toEqual([])
})

test('frames of one task are held and released in the window; a killed window lets them go on', async () => {
  test.setTimeout(120_000)
  const { page, app } = launched
  const { said, child } = startClient('test/fixtures/clients/polls-for-ever.mjs', [
    path('test/fixtures/servers/counts-up.mjs'),
  ])
  const task = row(page, 'count')
  await expect(task).toHaveAttribute('data-state', 'running', { timeout: 30_000 })
  await select(page, 'count')
  await press(page, 'Suspend')
  await expect(task).toHaveAttribute('data-state', 'running')
  const polls = () => said.length
  await until('no poll is answered any more', async () => {
    const before = polls()
    await new Promise((resolve) => setTimeout(resolve, 500))
    return polls() === before
  })
  const held = polls()
  await press(page, 'Resume')
  await until('polls are answered again', () => polls() > held)
  await press(page, 'Suspend')
  await until('no poll is answered any more', async () => {
    const before = polls()
    await new Promise((resolve) => setTimeout(resolve, 500))
    return polls() === before
  })
  const last = polls()
  app.process().kill('SIGKILL')
  await until('polls are answered without a window', () => polls() > last, 5000)
  expect(child.exitCode).toBeNull()
  const numbers = said.map((event) => event.poll)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})
