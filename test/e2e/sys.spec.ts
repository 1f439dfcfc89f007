/** Debugging a living task by its State tab; the file that the task writes tells what really became of it. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { hostOf, hostPid, runTask, selectHost, showAllSources } from './modules.ts'
import { press, row, select, tree, until } from './window.ts'

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

const totals = (file = log) => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : [])
const details = (page: Page) => page.getByRole('region', { name: 'Details' })

async function openState(page: Page): Promise<void> {
  await details(page).getByRole('tab', { name: 'State' }).click()
}

/** Reads the state of the selected task, and sets what differs. */
async function changeState(page: Page, text: string): Promise<void> {
  await openState(page)
  await details(page).getByRole('button', { name: 'Read state' }).click()
  await details(page).getByRole('button', { name: 'Change state…' }).click()
  await details(page)
    .getByRole('textbox', { name: /New state/ })
    .fill(text)
  await details(page).getByRole('button', { name: 'Apply' }).click()
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
  await changeState(page, '{ "step": 1000 }')
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
  const question = page.getByRole('alertdialog', { name: 'Crash sys-tasks?' })
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(row(page, 'counter')).toBeFocused()
  await runCommand(page, 'Crash host')
  await question.getByRole('button', { name: 'Crash host and 1 task' }).click()
  await expect(row(page, 'counter')).toHaveAttribute('data-state', 'suspended')
  const stood = totals().length
  await select(page, 'counter')
  await press(page, 'Resume')
  await until('it counts on', () => totals().length > stood)
  expect(totals()[stood]).toBe(1)
})

test('a busy thread is held, shows its stack, is stepped, goes on, and counts on with another state', async () => {
  const { page } = launched
  const file = `${log}.thread`
  const task = await runTask(page, 'sys-tasks', 'thread-counter')
  await until('it counts', () => totals(file).length > 2)
  await task.click()
  await press(page, 'Suspend')
  await expect(task).toHaveAttribute('data-state', 'suspended')
  const stood = totals(file).length
  await details(page).getByRole('tab', { name: 'Stack' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('sys-tasks.ts')

  await task.click()
  await page.keyboard.press('ControlOrMeta+F10')
  await details(page).getByRole('tab', { name: 'Overview' }).click()
  const step = page.getByRole('table', { name: 'Controls' }).getByRole('row').filter({ hasText: 'Step' }).first()
  await expect(step).toContainText('sys-tasks.ts')
  await expect(task).toHaveAttribute('data-state', 'suspended')
  await press(page, 'Resume')
  await until('it counts on', () => totals(file).length > stood + 1)

  await changeState(page, '{ "step": 1000 }')
  await until('the file follows', () => totals(file).some((total) => total >= 1000))
  expect(launched.pageErrors).toEqual([])
})

test('a host that is killed is started again by its supervisor, which says how many restarts are left', async () => {
  const { page } = launched
  await until('it counts', () => totals().length > 3)
  const before = await hostPid(page, 'sys-tasks')
  const counted = totals().length
  process.kill(before, 'SIGKILL')
  const host = hostOf(page, 'sys-tasks')
  await until('another process runs it', async () => {
    const pid = Number(/pid (\d+)$/m.exec(await host.innerText())?.[1] ?? before)
    return pid !== before
  })
  await expect(host).toHaveAttribute('data-status', 'open')
  await until('its task begins anew', () => totals().slice(counted).includes(1))
  await selectHost(page, 'sys-tasks')
  const facts = details(page).getByRole('region', { name: 'Facts' })
  await expect(facts).toContainText(/Restarts\s*1/)
  await expect(facts).toContainText(/At most\s*\d+ restarts/)
  await expect(facts).toContainText(/Left\s*\d+ restarts?, after the last one/)
  await showAllSources(page)
  // What it was doing is not forgotten: it stands there as failed, beside what runs now.
  const counters = tree(page).getByRole('row').filter({ hasText: 'counter' })
  await expect(counters.first()).toHaveAttribute('data-state', 'failed')
  await expect(counters.last()).toHaveAttribute('data-state', 'running')
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
