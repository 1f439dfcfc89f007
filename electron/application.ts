/** Builds the running application out of its parts and takes it down again in order. */
import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, nativeTheme, safeStorage, session, type WebContents } from 'electron'
import type { AppNotice, CommandResult } from '../core/feed/app-commands.ts'
import { shownUrl } from '../core/mcp/client/server-launch.ts'
import { proxyPlace } from '../core/mcp/proxy/proxy-place.ts'
import { isCapturePath } from '../core/model/capture-path.ts'
import { removeLeftFolders } from '../core/system/run-folder.ts'
import { systemClock, systemTimers } from '../core/system/system-clock.ts'
import { createWorkspace, type Workspace } from '../core/workspace/workspace.ts'
import { serveApp } from './app-scheme.ts'
import { ownArguments, readArguments, type StartArguments } from './arguments.ts'
import { createCommands } from './commands.ts'
import { askToQuit } from './consent.ts'
import { endingTasks } from './ending-tasks.ts'
import { denyPermissions } from './hardening.ts'
import { hostEnvironment } from './host-environment.ts'
import { channels } from './ipc/channels.ts'
import { openCommandDoor } from './ipc/command-door.ts'
import { openFeedDoor } from './ipc/feed-door.ts'
import { createLeaving } from './leaving.ts'
import { installMenu } from './menu.ts'
import { openAuthorizationPage } from './open-authorization-page.ts'
import { openModuleFor } from './open-module.ts'
import { openKeptAuthorizations } from './settings/kept-authorizations.ts'
import { createKeychain } from './settings/keychain.ts'
import { openSettingsFile, type SettingsFile } from './settings/settings-file.ts'
import { chosenExport } from './settings/stored-export.ts'
import { chosenReceive } from './settings/stored-receive.ts'
import { unpackedPath } from './unpacked.ts'
import { createUtilitySpawner } from './utility-spawner.ts'
import { createMainWindow, focusWindow, type WindowPlace } from './window/main-window.ts'
import { type Awaited, anyTask, demoUnderWay, takeScreenshot } from './window/screenshot.ts'

const outFolder = join(app.getAppPath(), 'out')

export async function startApplication(start: StartArguments): Promise<void> {
  const settings = openSettingsFile(join(app.getPath('userData'), 'settings.json'))
  const { complaint } = settings
  if (complaint !== undefined) console.error(complaint)
  nativeTheme.themeSource = start.theme ?? settings.get().theme
  const keychain = createKeychain(safeStorage)
  const authorizations = openKeptAuthorizations(join(app.getPath('userData'), 'authorizations.json'), keychain)
  let window: BrowserWindow | undefined
  const workspace = createWorkspace({
    clock: systemClock,
    timers: systemTimers,
    spawner: createUtilitySpawner(),
    entries: {
      host: join(outFolder, 'main/host.js'),
      watchdog: join(outFolder, 'main/watchdog.js'),
      thread: join(outFolder, 'main/thread.js'),
      process: join(outFolder, 'main/process.js'),
      library: join(outFolder, 'main/taskscope.js'),
    },
    version: app.getVersion(),
    env: hostEnvironment(process.env),
    exportQueueFolder: join(app.getPath('userData'), 'export-queue'),
    receiverEntry: join(outFolder, 'main/receiver.js'),
    keptTasksFile: join(app.getPath('userData'), 'mcp-tasks.json'),
    authorization: {
      storeOf: (url) => authorizations.of(url),
      open: async (server, page) => window !== undefined && openAuthorizationPage(window, shownUrl(server), page),
    },
    epoch: randomUUID(),
  })
  const exporting = workspace.exporter.configure(chosenExport(settings.get().export, keychain))

  const receive =
    start.receive === undefined
      ? chosenReceive(settings.get().receive, keychain)
      : { mode: 'open' as const, ...start.receive }
  // Hosts and servers that are opened from here on are told where to send.
  const receiving = receive.mode === 'off' ? undefined : await workspace.receiving.configure(receive)

  void removeLeftFolders()
  // Where nobody can be let in, everything else works.
  void workspace.proxies.watch(proxyPlace(process.env)).then((closedBecause) => {
    if (closedBecause !== undefined) console.error(`No proxy can reach this window: ${closedBecause}`)
  })

  denyPermissions(session.defaultSession)
  serveApp(join(outFolder, 'renderer'), app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL)

  const notify = (notice: AppNotice) => tell(window?.webContents, notice)
  openCommandDoor(createCommands({ workspace, settings, keychain, window: () => window, demoPath: demoPath() }))
  openFeedDoor((port) => workspace.feed.connect(port))
  const leaving = createLeaving({
    tasks: () => endingTasks(workspace.registry.rows(), demoPath()),
    ask: async (tasks) => window === undefined || window.isDestroyed() || askToQuit(window, tasks),
    quit: () => app.quit(),
  })
  app.on('before-quit', leaving.onQuit)
  installMenu({ run: (command) => notify({ type: 'run', command }), quit: leaving.leave, window: () => window })

  window = openWindow(settings, notify)
  window.on('close', leaving.onClose)
  window.webContents.once('did-finish-load', () => {
    const tell = (text: string) => notify({ type: 'notice', tone: 'info', text })
    if (complaint !== undefined) tell(complaint)
    if (!exporting.ok) tell(`Spans are not exported: ${exporting.error}`)
    if (receiving !== undefined) tellReceiving(receiving, workspace, tell)
    if (receive.mode === 'token' && receive.token === undefined) {
      tell('This system cannot keep secrets, so the receiver has a new token: copy it under Export')
    }
    const missing = workspace.exporter.missingHeaders()
    if (missing.length > 0) {
      tell(
        `Spans wait: this system cannot keep secrets, so enter these headers again under Export: ${missing.join(', ')}`,
      )
    }
    const { interrupted = 0 } = workspace.exporter.health()
    if (interrupted > 0) {
      tell(`${interrupted} tasks were open when Taskscope ended before: their spans end as interrupted`)
    }
  })
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window === undefined) return
    focusWindow(window)
    const other = data as { argv?: readonly string[]; cwd?: string } | undefined
    const request = readArguments(ownArguments(other?.argv ?? [], app.isPackaged), other?.cwd ?? process.cwd())
    if (request.modulePath !== undefined) void openTyped(request.modulePath, workspace, settings, window, notify)
  })
  app.on('window-all-closed', () => app.quit())
  closeInOrder(workspace)

  if (start.modulePath !== undefined) void openTyped(start.modulePath, workspace, settings, window, notify)
  else if (!start.empty) void workspace.openModule(demoPath(), 'demo')

  if (start.screenshot !== undefined) {
    await screenshotAndQuit(window, start.screenshot, start.modulePath === undefined ? demoUnderWay : anyTask)
  }
}

/** Says aloud what a person would not expect: that nothing is received, or elsewhere than usual. */
function tellReceiving(answer: CommandResult<undefined>, workspace: Workspace, tell: (text: string) => void): void {
  const { problem } = workspace.receiving.status()
  if (!answer.ok) tell(answer.error)
  else if (problem !== undefined) tell(`Receiving: ${problem}`)
}

/** A page that is not there yet, or has just died, is told when it is loaded. */
function tell(contents: WebContents | undefined, notice: AppNotice): void {
  if (contents === undefined) return
  const send = () => contents.send(channels.notice, notice)
  if (contents.isLoadingMainFrame() || contents.isCrashed()) contents.once('did-finish-load', send)
  else send()
}

function demoPath(): string {
  return unpackedPath(join(app.getAppPath(), 'core/demo/demo.ts'))
}

function openWindow(settings: SettingsFile, notify: (notice: AppNotice) => void): BrowserWindow {
  return createMainWindow({
    preload: join(outFolder, 'preload/preload.cjs'),
    place: placeOf(settings),
    onPlace: ({ width, height, x, y }) => {
      settings.change({ window: { width, height, ...(x === undefined || y === undefined ? {} : { x, y }) } })
    },
    onPageGone: (reason) => {
      console.error(`the window's page has gone (${reason}); it is loaded again`)
      notify({ type: 'notice', tone: 'info', text: 'The window was loaded again', detail: reason })
    },
  })
}

function placeOf(settings: SettingsFile): WindowPlace | undefined {
  const kept = settings.get().window
  if (kept === undefined) return undefined
  const { width, height, x, y } = kept
  return x === undefined || y === undefined ? { width, height } : { width, height, x, y }
}

/** A path typed on a command line: its own consent. */
async function openTyped(
  path: string,
  workspace: Workspace,
  settings: SettingsFile,
  window: BrowserWindow,
  notify: (notice: AppNotice) => void,
): Promise<void> {
  const real = realPath(path)
  const result = isCapturePath(real)
    ? await workspace.openCapture(real)
    : await openModuleFor({ path: real, origin: 'command-line', workspace, settings, window })
  if (result.ok) return
  console.error(`${result.error}${result.detail === undefined ? '' : `\n${result.detail}`}`)
  notify({
    type: 'notice',
    tone: 'error',
    text: result.error,
    ...(result.detail === undefined ? {} : { detail: result.detail }),
  })
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Sources end before the process does, so that servers and hosts are not left behind and spans are sent. */
function closeInOrder(workspace: Workspace): void {
  let closed = false
  const patienceMs = 8000
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    const force = setTimeout(() => app.exit(0), patienceMs)
    void workspace.close().finally(() => {
      clearTimeout(force)
      closed = true
      // `quit` ends with 0 whatever `process.exitCode` says.
      if (process.exitCode === undefined) app.quit()
      else app.exit(Number(process.exitCode))
    })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => app.quit())
}

async function screenshotAndQuit(window: BrowserWindow, file: string, awaited: Awaited): Promise<void> {
  try {
    const { rows, states, consoleErrors } = await takeScreenshot(window, file, awaited)
    console.log(`${file}: ${rows} rows in ${states} states`)
    for (const line of consoleErrors) console.error(`console error: ${line}`)
    const empty = rows === 0 && awaited === demoUnderWay
    if (empty) console.error('the demo showed no task')
    if (consoleErrors.length > 0 || empty) process.exitCode = 1
  } catch (error) {
    console.error(`${file} was not written: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
  app.quit()
}
