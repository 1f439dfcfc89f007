/** What each application command does. Inputs are parsed already; answers are plain data. */
import { readFile, realpath } from 'node:fs/promises'
import { app, type BrowserWindow, clipboard, dialog, nativeTheme } from 'electron'
import type { AppSettings, CommandFailure, CommandResult } from '../core/feed/app-commands.ts'
import { parseMcpJson } from '../core/mcp/client/mcp-json.ts'
import { isAddress, type ServerTarget } from '../core/model/server-target.ts'
import type { Workspace } from '../core/workspace/workspace.ts'
import { askToLaunch } from './consent.ts'
import { openInEditor } from './editor.ts'
import type { CommandHandlers } from './ipc/command-door.ts'
import { createLaunchConsent } from './launch-consent.ts'
import { openModuleFor } from './open-module.ts'
import type { Keychain } from './settings/keychain.ts'
import { remember, type SettingsFile } from './settings/settings-file.ts'
import { storedExport } from './settings/stored-export.ts'
import { storedReceive } from './settings/stored-receive.ts'

export interface CommandsOptions {
  readonly workspace: Workspace
  readonly settings: SettingsFile
  readonly keychain: Keychain
  readonly window: () => BrowserWindow | undefined
  readonly demoPath: string
}

export function createCommands(options: CommandsOptions): CommandHandlers {
  const { workspace, settings, keychain, window, demoPath } = options
  const launches = createLaunchConsent(askToLaunch, {
    get: () => settings.get().trustedLaunches,
    add: (digest) => {
      const { trustedLaunches } = settings.get()
      settings.change({ trustedLaunches: remember(trustedLaunches, digest, (a, b) => a === b, 200) })
    },
  })
  const ok = <T>(value: T): CommandResult<T> => ({ ok: true, value })

  return {
    async openModule({ path, origin }) {
      const owner = window()
      if (owner === undefined) return fail('there is no window')
      const chosen = path ?? (await chooseFile(owner, 'Open a task module', ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs']))
      if (chosen === undefined) return ok(undefined)
      let real: string
      try {
        real = await realpath(chosen)
      } catch {
        return fail(`there is no file ${chosen}`)
      }
      return openModuleFor({ path: real, origin, workspace, settings, window: owner })
    },
    async openCapture({ path }) {
      const owner = window()
      if (owner === undefined) return fail('there is no window')
      const chosen = path ?? (await chooseFile(owner, 'Open a recording', ['jsonl', 'ndjson']))
      return chosen === undefined ? ok(undefined) : workspace.openCapture(chosen)
    },
    openDemo: () => workspace.openModule(demoPath, 'demo'),
    async connectServer(target) {
      const owner = window()
      if (owner === undefined) return fail('there is no window')
      if (!isAddress(target) && !(await launches.given(owner, target))) return ok(undefined)
      const result = await workspace.connectServer(target)
      if (result.ok) rememberServer(settings, target)
      return result
    },
    async importServers({ path }) {
      const owner = window()
      if (owner === undefined) return fail('there is no window')
      const chosen = path ?? (await chooseFile(owner, 'Import servers from an .mcp.json', ['json']))
      if (chosen === undefined) return ok([])
      let text: string
      try {
        text = await readFile(chosen, 'utf8')
      } catch (error) {
        return fail(`${chosen} could not be read`, error)
      }
      const parsed = parseMcpJson(text)
      return parsed.ok ? ok(parsed.value.servers) : fail(parsed.error)
    },
    readFrames: ({ key, revision }) => ok(workspace.frames.list(key, revision)),
    readFrame: ({ key, seq }) => ok(workspace.frames.text(key, seq)),
    async saveCapture({ source }) {
      const owner = window()
      if (owner === undefined) return fail('there is no window')
      const { canceled, filePath } = await dialog.showSaveDialog(owner, {
        title: 'Save the frames as a recording',
        defaultPath: `${source}.jsonl`,
        filters: [{ name: 'Recordings', extensions: ['jsonl'] }],
      })
      if (canceled || filePath === '') return ok(undefined)
      const saved = await workspace.frames.save(source, filePath)
      return saved.ok ? ok({ path: filePath }) : saved
    },
    removeSource: ({ source }) => workspace.removeSource(source),
    getSettings: () => ok(view(settings, workspace)),
    async changeSettings(change) {
      if (change.theme !== undefined) nativeTheme.themeSource = change.theme
      settings.change({
        ...(change.theme === undefined ? {} : { theme: change.theme }),
        ...(change.density === undefined ? {} : { density: change.density }),
      })
      if (change.export !== undefined) {
        const answer = workspace.exporter.configure(change.export)
        if (!answer.ok) return answer
        settings.change({ export: storedExport(workspace.exporter.chosen(), keychain) })
      }
      if (change.receive !== undefined) {
        const answer = await workspace.receiving.configure(change.receive)
        if (!answer.ok) return answer
        settings.change({ receive: storedReceive(workspace.receiving.settings(), keychain) })
      }
      return settings.complaint === undefined ? ok(view(settings, workspace)) : fail(settings.complaint)
    },
    testExport: (wanted) => workspace.exporter.test(wanted),
    openInEditor: (position) => openInEditor(position),
    copyText({ text }) {
      clipboard.writeText(text)
      return ok(undefined)
    },
    readMetrics: () => ok(workspace.exporter.summary()),
    appInfo: () =>
      ok({
        version: app.getVersion(),
        electron: process.versions.electron ?? '',
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
      }),
  }
}

/** Values of headers are not kept: they may be secrets. The next time they are asked for. */
function rememberServer(settings: SettingsFile, target: ServerTarget): void {
  const entry = isAddress(target)
    ? { ...target, headers: Object.fromEntries(Object.keys(target.headers).map((name) => [name, ''])) }
    : { ...target, args: [...target.args], env: { ...target.env } }
  settings.change({ recentServers: remember(settings.get().recentServers, entry, sameTarget) })
}

function view(settings: SettingsFile, workspace: Workspace): AppSettings {
  const { theme, density, recentModules, recentServers } = settings.get()
  return {
    theme,
    density,
    recentModules,
    recentServers,
    export: workspace.exporter.settings(),
    receive: workspace.receiving.settings(),
  }
}

function fail(error: string, cause?: unknown): CommandFailure {
  return { ok: false, error, ...(cause instanceof Error ? { detail: cause.message } : {}) }
}

async function chooseFile(owner: BrowserWindow, title: string, extensions: string[]): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
    title,
    properties: ['openFile', 'showHiddenFiles'],
    filters: [
      { name: title, extensions },
      { name: 'All files', extensions: ['*'] },
    ],
  })
  return canceled ? undefined : filePaths[0]
}

function sameTarget(a: ServerTarget, b: ServerTarget): boolean {
  if (isAddress(a) || isAddress(b)) return isAddress(a) && isAddress(b) && a.url === b.url
  return a.command === b.command && a.cwd === b.cwd && a.args.join('\0') === b.args.join('\0')
}
