/** A task's own file tells what the task really did; the window must say the same. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { button, press, row, select, until } from './window.ts'

const module = fileURLToPath(new URL('modules/control-tasks.ts', import.meta.url))

let folder: string
let log: string
let launched: LaunchedApp

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-controls-'))
  log = join(folder, 'log')
  launched = await launchApp({ args: [module], env: { TASKSCOPE_TEST_LOG: log } })
})

test.afterEach(async () => {
  await launched.close()
  await rm(folder, { recursive: true })
})

const size = (file = log) => (existsSync(file) ? statSync(file).size : 0)
const lines = () => readFileSync(log, 'utf8').trimEnd().split('\n').length

/** A length of time in which a running writer would have written many lines. */
const severalRounds = () => wait(400)

test('suspend stops the writer while its neighbour goes on; resume lets it write; step writes one line', async () => {
  const { page } = launched
  const writer = await select(page, 'writer')
  await expect(writer).toHaveAttribute('data-state', 'running')
  await until('the writer writes', () => size() > 0)

  await press(page, 'Suspend')
  await expect(writer).toHaveAttribute('data-state', 'suspended')
  const held = size()
  const before = await row(page, 'neighbour').textContent()
  await severalRounds()
  expect(size()).toBe(held)
  await expect(row(page, 'neighbour')).not.toHaveText(before ?? '')

  for (let step = 1; step <= 3; step += 1) {
    const count = lines()
    await press(page, 'Step')
    await until('one more line', () => lines() === count + 1)
    await expect(writer).toHaveAttribute('data-state', 'suspended')
    await severalRounds()
    expect(lines()).toBe(count + 1)
  }

  const stood = size()
  await press(page, 'Resume')
  await expect(writer).toHaveAttribute('data-state', 'running')
  await until('it grows again', () => size() > stood)
})

test('cancel shows its reason, stops the file, and is not undone by the supervisor', async () => {
  const { page } = launched
  const writer = await select(page, 'writer')
  await until('the writer writes', () => size() > 0)
  await press(page, 'Cancel')
  await expect(writer).toHaveAttribute('data-state', 'cancelled')
  await expect(writer).toContainText('by you')
  const ended = size()
  await severalRounds()
  expect(size()).toBe(ended)
})

test('the keyboard alone suspends and resumes: F8', async () => {
  const { page } = launched
  const writer = await select(page, 'writer')
  await page.keyboard.press('F8')
  await expect(writer).toHaveAttribute('data-state', 'suspended')
  await page.keyboard.press('F8')
  await expect(writer).toHaveAttribute('data-state', 'running')
})

test('controls that make no sense stay in place and say why', async () => {
  const { page } = launched
  await select(page, 'writer')
  await expect(button(page, 'Suspend')).toBeEnabled()
  await expect(button(page, 'Resume')).toBeDisabled()
  await expect(button(page, 'Resume')).toHaveAccessibleDescription(/not held/)
  await expect(button(page, 'Kill')).toBeVisible()
})
