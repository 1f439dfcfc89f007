/** Debugging a living task by its State tab; the file that the task writes tells what really became of it. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, row, select, until } from './window.ts'

const module = fileURLToPath(new URL('modules/sys-tasks.ts', import.meta.url))

let folder: string
let log: string
let launched: LaunchedApp

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-sys-'))
  log = join(folder, 'log')
  launched = await launchApp({ args: [module], env: { TASKSCOPE_TEST_LOG: log } })
})

test.afterEach(async () => {
  await launched.close()
  await rm(folder, { recursive: true })
})

const totals = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').map(Number) : [])
const details = (page: Page) => page.getByRole('region', { name: 'Details' })

async function openState(page: Page): Promise<void> {
  await details(page).getByRole('tab', { name: 'State' }).click()
}

async function runCommand(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K')
  await page.getByPlaceholder('Find a command or task').fill(name)
  await page.getByRole('option', { name }).first().click()
}

test('a held task gets another state: the difference shows, the file follows, and undo puts it back', async () => {
  const { page } = launched
  const counter = await select(page, 'counter')
  await until('it counts', () => totals().length > 2)
  await press(page, 'Suspend')
  await expect(counter).toHaveAttribute('data-state', 'suspended')
  await openState(page)
  await details(page).getByRole('button', { name: 'Read state' }).click()
  await details(page).getByRole('button', { name: 'Change state…' }).click()
  await details(page)
    .getByRole('textbox', { name: /New state/ })
    .fill('{ "step": 1000 }')
  await details(page).getByRole('button', { name: 'Apply' }).click()
  const difference = details(page).getByRole('region', { name: 'State changed' })
  await expect(difference.getByRole('deletion')).toHaveText('1')
  await expect(difference.getByRole('insertion')).toHaveText('1000')
  await press(page, 'Resume')
  await until('the file follows', () => totals().some((total) => total >= 1000))

  await details(page).getByRole('button', { name: 'Undo' }).click()
  await expect(details(page).getByRole('region', { name: 'Change undone' })).toBeVisible()
  await until('it counts by one again', () => {
    const [before, last] = totals().slice(-2)
    return before !== undefined && last === before + 1
  })
})

test('a breakpoint holds the task where it says, is listed, and lets it go when it is removed', async () => {
  const { page } = launched
  const counter = await select(page, 'counter')
  await openState(page)
  await details(page).getByRole('combobox', { name: 'Break on' }).fill('checkpoint')
  await details(page).getByRole('button', { name: 'Add breakpoint' }).click()
  await expect(counter).toHaveAttribute('data-state', 'suspended')
  await expect(counter).toContainText('breakpoint checkpoint')
  await expect(details(page).getByRole('list', { name: 'Breakpoints' })).toContainText('checkpoint in counter')
  const stood = totals().length
  await press(page, 'Resume')
  await until('one round', () => totals().length === stood + 1)
  await expect(counter).toHaveAttribute('data-state', 'suspended')
  await details(page)
    .getByRole('button', { name: /Remove breakpoint/ })
    .click()
  await press(page, 'Resume')
  await expect(counter).toHaveAttribute('data-state', 'running')
})

test('a breakpoint on start survives a crash of the host, which its supervisor starts again', async () => {
  const { page } = launched
  await select(page, 'counter')
  await until('it counts', () => totals().length > 0)
  await runCommand(page, 'Break on start')
  await runCommand(page, 'Crash host')
  await expect(row(page, 'counter')).toHaveAttribute('data-state', 'suspended')
  const stood = totals().length
  await select(page, 'counter')
  await press(page, 'Resume')
  await until('it counts on', () => totals().length > stood)
  expect(totals()[stood]).toBe(1)
})

test('a failed row has its crash report one click away, without its secrets', async () => {
  const { page } = launched
  await select(page, 'failing')
  await details(page).getByRole('tab', { name: 'Overview' }).click()
  await details(page).getByRole('button', { name: 'Crash report…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Crash report of failing' })
  const report = dialog.getByRole('region', { name: 'Crash report' })
  await expect(report).toContainText('no route')
  await expect(report).toContainText('ECONNRESET')
  await expect(report).toContainText('work (supervisor')
  await expect(report).toContainText('[redacted]')
  await expect(report).not.toContainText('hunter2')
  await dialog.getByRole('button', { name: 'Copy issue' }).click()
  await expect(dialog.getByRole('status')).toHaveText('Copied as issue')
})
