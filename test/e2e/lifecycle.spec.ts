/** Pages that die, second starts, and ends of every kind: what was running is shown again or is really gone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { resolveElectron } from '../../electron/tools/set-up/electron-resolver.mjs'
import { type LaunchedApp, launchApp } from './launch.ts'
import { hostOf, moduleFile, runTask, selectHost, showAllSources, taskRow } from './modules.ts'
import { answerDialogs, askedQuestions } from './native-dialogs.ts'
import { suspendAndResume, tree, until } from './window.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const server = fileURLToPath(new URL('../fixtures/servers/tasks.mjs', import.meta.url))

let launched: LaunchedApp
let userData: string

test.beforeEach(async () => {
  userData = await mkdtemp(join(tmpdir(), 'taskscope-lifecycle-'))
  launched = await launchApp({
    args: [moduleFile('control-tasks.ts')],
    env: { TASKSCOPE_TEST_LOG: '/dev/null' },
    userData,
  })
  await expect(taskRow(launched.page, 'control-tasks', 'writer')).toBeVisible()
})

test.afterEach(async () => {
  await launched.close().catch(() => undefined)
  await rm(userData, { recursive: true, force: true })
})

/** Ids of all tasks on screen. */
function ids(page: Page): Promise<readonly (string | null)[]> {
  return tree(page)
    .locator('[role=row][data-task-id]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-task-id')))
}

test('a page that is killed is loaded again, says so, and shows the same tasks', async () => {
  const { app, page } = launched
  const before = await ids(page)
  const crashed = page.waitForEvent('crash')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
  await crashed
  // The tools lose a crashed page for good; what it shows is asked of the app.
  const inPage = (script: string) =>
    app.evaluate(async ({ BrowserWindow }, asked) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      if (contents === undefined || contents.isCrashed() || contents.isLoadingMainFrame()) return undefined
      return contents.executeJavaScript(asked)
    }, script)
  const rows = `[...document.querySelectorAll('[role=treegrid] [data-task-id]')].map((row) => row.dataset.taskId)`
  await expect.poll(() => inPage(rows)).toEqual(before)
  const messages = `document.querySelector('[aria-label=Messages]').textContent`
  await expect.poll(() => inPage(messages)).toContain('The window was loaded again')
})

test('a second start hands its module to the first, brings its window to the front, and ends with 0', async () => {
  const { app, page } = launched
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  const second = startBeside(['./odd-values.ts'], join(repository, 'test/e2e/modules'))
  expect(await ended(second)).toBe(0)
  await expect(hostOf(page, 'odd-values')).toHaveAttribute('data-status', 'open')
  const seen = () =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.isVisible() && !window.isMinimized()),
    )
  await expect.poll(seen).toEqual([true])
  await expect(taskRow(page, 'control-tasks', 'writer')).toHaveAttribute('data-state', 'running')
  await selectHost(page, 'odd-values')
  await expect(await runTask(page, 'odd-values', 'bigint')).toHaveAttribute('data-state', 'completed')
  await showAllSources(page)
  await suspendAndResume(page, 'writer')
})

test('quitting ends every host and every server', async () => {
  await connectServer()
  const { app } = launched
  const family = familyOf(pidOf(app.process()))
  await app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined)
  await until('all of its processes are gone', () => family.every(({ pid }) => !alive(pid)), 20_000)
})

test('closing the window or File › Quit asks before live tasks end: Cancel leaves them, Quit ends all', async () => {
  const { app, page } = launched
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const chooseQuit = () =>
    app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? [])
      items?.find(({ accelerator }) => accelerator === 'CmdOrCtrl+Q')?.click()
    })
  await answerDialogs(app, { consent: false })
  const question = expect.stringMatching(
    /^Quit and end \d+ live tasks?\?\n(It runs|They run) in control-tasks, which ends/,
  )
  await close()
  await expect.poll(() => askedQuestions(app)).toEqual([question])
  await chooseQuit()
  await expect.poll(() => askedQuestions(app)).toEqual([question, question])
  await expect(taskRow(page, 'control-tasks', 'writer')).toHaveAttribute('data-state', 'running')
  await answerDialogs(app, { consent: true })
  const end = ended(app.process())
  await close().catch(() => undefined)
  expect(await end).toBe(0)
})

test('an end signal ends every host and every server', async () => {
  await connectServer()
  const main = launched.app.process()
  const family = familyOf(pidOf(main))
  const end = ended(main)
  process.kill(pidOf(main), 'SIGTERM')
  expect(await end).toBe(0)
  await until('all of its processes are gone', () => family.every(({ pid }) => !alive(pid)), 20_000)
})

test('when the app is killed outright, its hosts and servers end by themselves', async () => {
  await connectServer()
  const main = pidOf(launched.app.process())
  const family = familyOf(main)
  process.kill(main, 'SIGKILL')
  await until('all of its processes are gone', () => family.every(({ pid }) => !alive(pid)), 20_000)
})

async function connectServer(): Promise<void> {
  const { app, page } = launched
  await answerDialogs(app, { consent: true })
  await page.getByRole('toolbar').getByRole('button', { name: 'Connect' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Command').fill(process.execPath)
  await dialog.getByLabel('Arguments').fill(server)
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(dialog).toBeHidden()
}

/** A start of the app while another one runs on the same user data. */
function startBeside(args: readonly string[], cwd: string): ChildProcess {
  const runtime = resolveElectron(process.env)
  if (runtime === undefined) throw new Error('no Electron is installed')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return spawn(runtime.executable, [...sandbox, `--user-data-dir=${userData}`, repository, ...args], {
    cwd,
    stdio: 'ignore',
  })
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code))
  })
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process was never started')
  return child.pid
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent, command }]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
}

/** Every process that the app has started, directly or not; the host and the server are among them. */
function familyOf(main: number): readonly Process[] {
  const all = processes()
  const found = all.filter(({ parent }) => parent === main)
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid))
  const commands = found.map(({ command }) => command).join('\n')
  expect(commands).toContain('tasks.mjs')
  expect(commands).toContain('node.mojom.NodeService')
  return found
}

/** A zombie has ended; nobody has asked how. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
