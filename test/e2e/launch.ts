/**
 * Starts the real app in a real window for one test: own user data, own environment, nothing shared with the person's
 * installation. Whoever launches closes; closing removes the user data.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test'
import { personEnvironment } from '../../electron/tools/launch/person-environment.mjs'
import { isHarmlessNoise } from '../../electron/tools/launch/stderr-filter.mjs'
import { resolveElectron } from '../../electron/tools/set-up/electron-resolver.mjs'
import { moveToOwnDisplay } from './displays.ts'

moveToOwnDisplay()

const repository = fileURLToPath(new URL('../..', import.meta.url))
const holdReady = fileURLToPath(new URL('hold-ready.cjs', import.meta.url))

export interface LaunchOptions {
  /** Arguments of the app, as after `npm start --`. */
  readonly args?: readonly string[]
  /** Added to the environment of this process; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where relative paths in `args` start; the checkout when left out. */
  readonly cwd?: string
  /** An existing folder to use as user data, for tests that start twice; it is then left in place. */
  readonly userData?: string
}

export interface LaunchedApp {
  readonly app: ElectronApplication
  /** The first window, loaded. */
  readonly page: Page
  readonly userData: string
  /** Console errors and uncaught errors of the page since it opened. */
  readonly pageErrors: readonly string[]
  /** What the app wrote on stdout and stderr, without Chromium's harmless noise. */
  readonly output: readonly string[]
  close(): Promise<void>
}

/** The window is there within a second; a launch that shows nothing for so long never will. */
const firstPaintMs = 15_000

/**
 * Starts the app and waits for its window. About once in sixty launches with a module that keeps the processor busy, a
 * page that Playwright is attached to never finishes loading (not seen without Playwright): such a launch is ended, told
 * on stderr, and made once more. A second one in a row fails.
 */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  try {
    return await launchOnce(options)
  } catch (error) {
    if (!(error instanceof NothingShown)) throw error
    console.error(`launched again: ${error.message}`)
    return launchOnce(options)
  }
}

class NothingShown extends Error {
  override readonly name = 'NothingShown'
}

async function launchOnce(options: LaunchOptions): Promise<LaunchedApp> {
  const runtime = resolveElectron(process.env)
  if (runtime === undefined) throw new Error('no Electron is installed: run "npm test -- e2e", which sets it up')
  const userData = options.userData ?? (await mkdtemp(join(tmpdir(), 'taskscope-e2e-')))
  const app = await electron.launch({
    executablePath: runtime.executable,
    args: ['-r', holdReady, `--user-data-dir=${userData}`, repository, ...(options.args ?? [])],
    cwd: options.cwd ?? repository,
    // Playwright would make every page light; the app decides for itself.
    colorScheme: null,
    // Proxies of the person's own clients are not this test's business.
    env: environmentFor({ TASKSCOPE_RUNTIME_DIR: join(userData, 'run'), ...options.env }),
  })
  const output: string[] = []
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.push(...text.split('\n').filter((line) => line !== '' && !isHarmlessNoise(line)))
    })
  }
  const page = await app.firstWindow()
  const pageErrors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text())
  })
  page.on('pageerror', (error) => pageErrors.push(String(error)))
  try {
    await page.getByRole('toolbar').waitFor({ timeout: firstPaintMs })
  } catch (error) {
    const ended = new Promise((resolve) => app.process().once('exit', resolve))
    app.process().kill('SIGKILL')
    await ended
    throw new NothingShown(`the page showed nothing within ${firstPaintMs} ms; ${output.join(' ')}`, { cause: error })
  }
  return {
    app,
    page,
    userData,
    pageErrors,
    output,
    async close() {
      await app.close()
      if (options.userData === undefined) await rm(userData, { recursive: true, force: true })
    },
  }
}

function environmentFor(changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const merged: Readonly<Record<string, string | undefined>> = {
    ...personEnvironment(process.env),
    ELECTRON_RUN_AS_NODE: undefined,
    ...changes,
  }
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
