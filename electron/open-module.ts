import type { BrowserWindow } from 'electron'
import type { CommandResult } from '../core/feed/app-commands.ts'
import type { Workspace } from '../core/workspace/workspace.ts'
import { askToRun } from './consent.ts'
import { mustAsk, type OpenOrigin } from './open-origin.ts'
import { remember, type SettingsFile } from './settings/settings-file.ts'

export interface OpenModuleRequest {
  /** Absolute. */
  readonly path: string
  readonly origin: OpenOrigin
  readonly workspace: Workspace
  readonly settings: SettingsFile
  readonly window: BrowserWindow
}

/** Opens a task module after the person's consent, and remembers both. `undefined` when the person said no. */
export async function openModuleFor(
  request: OpenModuleRequest,
): Promise<CommandResult<{ readonly source: string } | undefined>> {
  const { path, settings } = request
  if (mustAsk(request.origin, path, settings.get().trustedModules) && !(await askToRun(request.window, path))) {
    return { ok: true, value: undefined }
  }
  const { trustedModules, recentModules } = settings.get()
  const same = (a: string, b: string) => a === b
  settings.change({
    trustedModules: remember(trustedModules, path, same, 200),
    recentModules: remember(recentModules, path, same),
  })
  return request.workspace.openModule(path)
}
