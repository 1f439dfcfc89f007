/**
 * Modules that are wrong. Each is told in one clear sentence, and the app, the other modules and the window go on: after
 * every mistake a task of another module is suspended and resumed.
 */
import { expect, type Page, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import {
  hostOf,
  hostPid,
  type ModuleFolder,
  moduleFile,
  moduleFolder,
  openModule,
  runTask,
  selectHost,
  showAllSources,
  taskRow,
} from './modules.ts'
import { messages, suspendAndResume } from './window.ts'

let launched: LaunchedApp
let folder: ModuleFolder
let page: Page

test.beforeAll(async () => {
  folder = await moduleFolder()
  launched = await launchApp({ args: [moduleFile('control-tasks.ts')], env: { TASKSCOPE_TEST_LOG: '/dev/null' } })
  page = launched.page
})

test.afterEach(async () => {
  await showAllSources(page)
  await suspendAndResume(page, 'writer')
  expect(launched.pageErrors).toEqual([])
})

test.afterAll(async () => {
  await launched.close()
  await folder.remove()
})

const wrong: readonly (readonly [what: string, name: string, source: string, says: RegExp])[] = [
  [
    'throws on load',
    'throws-on-load.ts',
    `throw new TypeError('no config at /nowhere')`,
    /throws-on-load\.ts threw while it was loading: TypeError: no config at \/nowhere/,
  ],
  ['exports nothing', 'exports-nothing.ts', 'const answer = 42', /exports-nothing\.ts exports no task: /],
  [
    'has a syntax error',
    'syntax-error.ts',
    'export const answer = 42\nexport const = 1',
    /syntax-error\.ts cannot be bundled: syntax-error\.ts:2:14: /,
  ],
  [
    'imports what is not there',
    'no-import.ts',
    `import 'no-such-package'`,
    /no-import\.ts cannot be bundled: no-import\.ts:1:8: Could not resolve "no-such-package"/,
  ],
  [
    'ends the process on load',
    'exits-on-load.ts',
    'process.exit(7)',
    /exits-on-load\.ts: its host was ended by its own code: process\.exit\(7\)/,
  ],
  [
    'loops for ever on load',
    'loops-on-load.ts',
    'export async function never() {}\nfor (let turns = 0; turns >= 0; ) turns += 1',
    /loops-on-load\.ts did not finish loading within 10 s, it is still at .*loops-on-load\.ts:2/,
  ],
]

for (const [what, name, source, says] of wrong) {
  test(`a module that ${what} is told in one sentence, in a message and on its host`, async () => {
    await openModule(launched, await folder.write(name, source))
    await expect(messages(page).getByRole('alert')).toHaveText(says, { timeout: 30_000 })
    const module = name.replace('.ts', '')
    await expect(hostOf(page, module)).toHaveAttribute('data-status', 'failed')
    await selectHost(page, module)
    await expect(page.getByRole('region', { name: 'Why it is failed' })).toHaveText(says)
    await messages(page).getByRole('button', { name: 'Dismiss' }).click()
  })
}

test('a path that does not exist is named', async () => {
  await openModule(launched, '/no/such/folder/tasks.ts')
  await expect(messages(page).getByRole('alert')).toHaveText('there is no file /no/such/folder/tasks.ts')
  await messages(page).getByRole('button', { name: 'Dismiss' }).click()
})

test('a rejection that is left on load is a finding on the host, and its tasks can be run', async () => {
  const source = `void Promise.reject(new Error('forgotten'))\nexport async function greet() { return 'hello' }`
  await openModule(launched, await folder.write('rejects-on-load.ts', source))
  await selectHost(page, 'rejects-on-load')
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText(/forgotten.*unhandled-rejection/)
  await expect(await runTask(page, 'rejects-on-load', 'greet')).toHaveAttribute('data-state', 'completed')
})

test('a rejection that a task leaves is a finding of that task; it, its host and its neighbour go on', async () => {
  await openModule(launched, moduleFile('mistakes.ts'))
  await selectHost(page, 'mistakes')
  const bystander = await runTask(page, 'mistakes', 'bystander')
  const forgetful = await runTask(page, 'mistakes', 'forgetful')
  await expect(forgetful).toHaveAttribute('data-state', 'completed')
  await forgetful.click()
  await page.getByRole('tab', { name: 'Overview' }).click()
  const finding = page.getByRole('region', { name: 'Findings' })
  await expect(finding).toContainText(
    'a promise was rejected and nobody handled it: RangeError: handle 7 was closed twice',
  )
  await expect(finding).toContainText('mistakes.ts:')
  await expect(bystander).toHaveAttribute('data-state', 'running')
  await expect(hostOf(page, 'mistakes')).toHaveAttribute('data-status', 'open')
})

test('an exception that nobody catches ends its host and its tasks, and nothing else; the host starts again', async () => {
  const [writer, neighbourHost] = [await identity(page, 'writer'), await hostPid(page, 'control-tasks')]
  await openModule(launched, moduleFile('mistakes.ts'))
  await selectHost(page, 'mistakes')
  const pid = await hostPid(page, 'mistakes')
  const bystander = await runTask(page, 'mistakes', 'bystander')
  const late = await runTask(page, 'mistakes', 'throws-late')
  for (const lost of [late, bystander]) {
    await expect(lost).toHaveAttribute('data-state', 'failed')
    await expect(lost).toHaveAttribute('data-kind', 'exit')
    await expect(lost).toContainText('host crashed: uncaught RangeError: much too late')
  }
  await expect(hostOf(page, 'mistakes')).toHaveAttribute('data-status', 'open')
  await selectHost(page, 'mistakes')
  await expect(page.getByRole('region', { name: 'Facts' })).toContainText('Restarts1')
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText(/much too late.*host-crash/)
  expect(await hostPid(page, 'mistakes')).not.toBe(pid)
  await expect(await runTask(page, 'mistakes', 'bystander')).toHaveAttribute('data-state', 'running')
  await showAllSources(page)
  expect([await identity(page, 'writer'), await hostPid(page, 'control-tasks')]).toEqual([writer, neighbourHost])
})

/** What a restart would change. */
function identity(page: Page, task: string): Promise<string | null> {
  return taskRow(page, 'control-tasks', task).getAttribute('data-task-id')
}

test('values that cannot be formatted are told as such, and their tasks complete', async () => {
  await openModule(launched, moduleFile('odd-values.ts'))
  await selectHost(page, 'odd-values')
  for (const [task, says] of [
    ['getter', /this part is readable/],
    ['proxy', /./],
    ['cycle', /ouroboros/],
    ['bigint', /1(0{80})n?/],
    ['huge', /xxx[\s\S]*Cut at [\d\s.,\u2009\u202f]+ of at least/],
  ] as const) {
    const ended = await runTask(page, 'odd-values', task)
    await expect(ended).toHaveAttribute('data-state', 'completed')
    await ended.click()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(page.getByRole('region', { name: 'Result' })).toHaveText(says)
  }
})

test('a thrown value that cannot be formatted is told as such', async () => {
  await openModule(launched, moduleFile('odd-values.ts'))
  await selectHost(page, 'odd-values')
  const ended = await runTask(page, 'odd-values', 'throws-odd')
  await expect(ended).toHaveAttribute('data-state', 'failed')
  await ended.click()
  await page.getByRole('tab', { name: 'Overview' }).click()
  await expect(page.getByRole('region', { name: 'Error' })).toHaveText(/\w+/)
})
