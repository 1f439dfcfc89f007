/** Opens a source position in the editor that the person has open, or that `EDITOR` names. */
import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import launchEditor from 'launch-editor'
import type { CommandResult } from '../core/feed/app-commands.ts'

export interface SourcePosition {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** An editor that starts says nothing; one that fails does so within this time. */
const patienceMs = 1500

export async function openInEditor(position: SourcePosition): Promise<CommandResult<undefined>> {
  const { file, line, column } = position
  if (!isAbsolute(file)) return { ok: false, error: `not an absolute path: ${file}` }
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile) return { ok: false, error: `there is no file ${file}` }
  const target = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ ok: true, value: undefined }), patienceMs)
    launchEditor(target, undefined, (_file, message) => {
      clearTimeout(timer)
      resolve({
        ok: false,
        error: `no editor could be opened for ${target}`,
        detail: message ?? 'Start your editor first, or set EDITOR to its command.',
      })
    })
  })
}
