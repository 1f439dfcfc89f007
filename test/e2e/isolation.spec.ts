/** Code that never lets its event loop turn is stopped for real, inside the app's own host processes. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, select, until } from './window.ts'

const module = fileURLToPath(new URL('modules/isolated-tasks.ts', import.meta.url))

let folder: string
let log: string
let launched: LaunchedApp

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-isolation-'))
  log = join(folder, 'log')
  launched = await launchApp({ args: [module], env: { TASKSCOPE_TEST_LOG: log } })
})

test.afterEach(async () => {
  await launched.close()
  await rm(folder, { recursive: true })
})

const size = (file: string) => (existsSync(file) ? statSync(file).size : 0)

/** A length of time in which a running writer would have written many lines. */
const severalRounds = () => wait(300)

test('a busy thread is stopped, shows its stack, is stepped by a statement, and goes on', async () => {
  const { page } = launched
  const file = `${log}.thread`
  const task = await select(page, 'busy-thread')
  await until('it writes', () => size(file) > 0)

  await press(page, 'Suspend')
  await expect(task).toHaveAttribute('data-state', 'suspended')
  const held = size(file)
  await severalRounds()
  expect(size(file)).toBe(held)

  await page.getByRole('tab', { name: 'Stack' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('writeForEver')
  await expect(page.getByRole('tabpanel')).toContainText('isolated-tasks.ts')

  await task.click()
  await page.keyboard.press('ControlOrMeta+F10')
  await page.getByRole('tab', { name: 'Overview' }).click()
  const step = page.getByRole('table', { name: 'Controls' }).getByRole('row').filter({ hasText: 'Step' })
  await expect(step).toContainText('isolated-tasks.ts')
  await expect(task).toHaveAttribute('data-state', 'suspended')

  await press(page, 'Resume')
  await expect(task).toHaveAttribute('data-state', 'running')
  await until('it writes again', () => size(file) > held)

  await press(page, 'Cancel')
  await expect(task).toHaveAttribute('data-state', 'failed', { timeout: 15_000 })
})

test('a busy process is stopped by the system, and goes on', async () => {
  test.skip(process.platform !== 'linux', 'the state of a process is read from /proc')
  const { page } = launched
  const file = `${log}.process`
  const task = await select(page, 'busy-process')
  await until('it writes', () => size(file) > 0)
  const stateOf = (): string => {
    const stat = readFileSync(`/proc/${readFileSync(`${log}.pid`, 'utf8')}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] ?? ''
  }

  await press(page, 'Suspend')
  await expect(task).toHaveAttribute('data-state', 'suspended')
  expect(stateOf()).toBe('T')
  const held = size(file)
  await severalRounds()
  expect(size(file)).toBe(held)

  await press(page, 'Resume')
  await expect(task).toHaveAttribute('data-state', 'running')
  expect(stateOf()).not.toBe('T')
  await until('it writes again', () => size(file) > held)
})
