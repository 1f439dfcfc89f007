/**
 * What a window may ask of the application beside controls of tasks. Every command has one name, one shape of input
 * and one of output; the main process parses each input at the border before anything happens.
 */
import type { AppMetrics } from '../model/app-metrics.ts'
import type { ChosenExport } from '../model/chosen-export.ts'
import type { DecidedExport } from '../model/decided-export.ts'
import type { FrameList } from '../model/frame.ts'
import type { ServerTarget } from '../model/server-target.ts'
import type { ReceiveSettings } from './receive-status.ts'

/** Where spans go, as it is shown: what the environment decides stands in the place of the person's own. */
export interface ExportSettings extends ChosenExport {
  /** The variable that set the endpoint when the environment did, e.g. `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly fromEnvironment?: string
  /** What else the environment decides, of the first destination and of metrics. */
  readonly decided?: DecidedExport
}

export interface AppSettings {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'dense' | 'comfortable'
  readonly export: ExportSettings
  readonly receive: ReceiveSettings
  /** Absolute paths, newest first. */
  readonly recentModules: readonly string[]
  readonly recentServers: readonly ServerTarget[]
}

/** A failure that a person can read: one sentence, perhaps with what to do and what was seen. */
export interface CommandFailure {
  readonly ok: false
  readonly error: string
  readonly detail?: string
}

export type CommandResult<T> = { readonly ok: true; readonly value: T } | CommandFailure

/** Input and output of each command. */
export interface AppCommands {
  /** Opens a task module. Without a path a file dialog is shown. Main asks for consent itself. */
  openModule: {
    input: { readonly path?: string; readonly origin: 'dialog' | 'recent' | 'drop' }
    output: { readonly source: string } | undefined
  }
  /** Opens a recording of MCP traffic. Without a path a file dialog is shown. Nothing in it is run. */
  openCapture: { input: { readonly path?: string }; output: { readonly source: string } | undefined }
  openDemo: { input: undefined; output: { readonly source: string } }
  /** Main asks for consent before it starts a program; without a value the person did not want that. */
  connectServer: { input: ServerTarget; output: { readonly source: string } | undefined }
  /** Reads the servers of an `.mcp.json`. Without a path a file dialog is shown. */
  importServers: { input: { readonly path?: string }; output: readonly ServerTarget[] }
  /** The frames of an MCP connection, a recording or one of their tasks; without a value when `revision` is still the newest. */
  readFrames: {
    input: { readonly key: string; readonly revision?: number | undefined }
    output: FrameList | undefined
  }
  /** The JSON of one frame; without a value when it is no longer kept. */
  readFrame: { input: { readonly key: string; readonly seq: number }; output: string | undefined }
  /** Writes the frames of a conversation to a file that the person chooses, without secrets. */
  saveCapture: { input: { readonly source: string }; output: { readonly path: string } | undefined }
  removeSource: { input: { readonly source: string }; output: undefined }
  getSettings: { input: undefined; output: AppSettings }
  changeSettings: {
    input: Partial<Pick<AppSettings, 'theme' | 'density'>> & {
      readonly export?: ChosenExport
      /** Takes effect at once; it fails when nothing can be received there. */
      readonly receive?: ReceiveSettings
    }
    output: AppSettings
  }
  /** Sends one span now and says what the collector answered. */
  testExport: {
    input: ChosenExport
    output: { readonly answer: string; readonly tookMs: number }
  }
  /** Opens a source position in the person's editor. */
  openInEditor: {
    input: { readonly file: string; readonly line?: number; readonly column?: number }
    output: undefined
  }
  copyText: { input: { readonly text: string }; output: undefined }
  /** What has been measured since the start, of tasks and of Taskscope itself. */
  readMetrics: { input: undefined; output: AppMetrics }
  appInfo: {
    input: undefined
    output: { readonly version: string; readonly electron: string; readonly node: string; readonly platform: string }
  }
}

export type AppCommandName = keyof AppCommands

/** What main tells a window outside the feed. */
export type AppNotice =
  | { readonly type: 'notice'; readonly tone: 'info' | 'error'; readonly text: string; readonly detail?: string }
  /** A menu item or a second start asks the window to run one of its own commands. */
  | { readonly type: 'run'; readonly command: string }

/** What the preload script puts on `window`. */
export interface TaskscopeBridge {
  invoke<Name extends AppCommandName>(
    name: Name,
    input: AppCommands[Name]['input'],
  ): Promise<CommandResult<AppCommands[Name]['output']>>
  onNotice(listener: (notice: AppNotice) => void): () => void
  /** The path of a file that a person dropped on the window. */
  pathOfDrop(file: unknown): string
  /** Asks for a fresh feed port; it arrives as a window message `{ type: 'taskscope:feed' }` with one port. */
  requestFeed(): void
  readonly platform: string
}
