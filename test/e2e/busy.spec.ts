/** A task that never reaches a checkpoint: what is asked of it is acknowledged at once, and said to be no more than asked. */
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, select, until } from './window.ts'

const module = fileURLToPath(new URL('modules/busy-tasks.ts', import.meta.url))

let folder: string
let log: string
let launched: LaunchedApp

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-busy-'))
  log = join(folder, 'log')
  launched = await launchApp({ args: [module], env: { TASKSCOPE_TEST_LOG: log } })
})

test.afterEach(async () => {
  await launched.close()
  await rm(folder, { recursive: true })
})

const size = () => (existsSync(log) ? statSync(log).size : 0)

test('suspend stays requested, acknowledged within 50 ms; Freeze host stops it with its stack; thaw lets it go on', async () => {
  const { page } = launched
  const busy = await select(page, 'busy')
  await until('it is under way', () => size() > 0)

  await press(page, 'Suspend')
  await expect(busy).toContainText('suspend requested')
  await expect(busy).toHaveAttribute('data-state', 'running')
  const facts = page.getByRole('table', { name: 'Controls' }).getByRole('row').filter({ hasText: 'Suspend' })
  await expect(facts.getByRole('cell').nth(1)).toHaveText(/^\+\d+ ms/)
  const acknowledged = Number((await facts.getByRole('cell').nth(1).textContent())?.match(/\+(\d+)/)?.[1])
  expect(acknowledged).toBeLessThanOrEqual(50)
  await expect(facts.getByRole('cell').nth(2)).toHaveText(/waiting/)
  await wait(600)
  await expect(busy).toHaveAttribute('data-state', 'running')

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('Freeze host')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/frozen/i).first()).toBeVisible()
  const frozen = size()
  await wait(900)
  expect(size()).toBe(frozen)
  await page.getByRole('tab', { name: /Stack/ }).click()
  await expect(page.getByRole('tabpanel')).toContainText(/holdTheLoop|busy-tasks\.ts/)

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('Thaw host')
  await page.keyboard.press('Enter')
  await until('it goes on', () => size() > frozen)
})
