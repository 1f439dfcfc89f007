/**
 * The one settings file, readable by its owner only, replaced as a whole. A file that cannot be read is set aside, never
 * deleted.
 */
import { readFileSync, renameSync } from 'node:fs'
import { writeFileWhole } from '../../core/system/write-file-whole.ts'
import { defaultSettings, type StoredSettings, storedSettings } from './settings-schema.ts'

export interface SettingsFile {
  get(): StoredSettings
  change(part: Partial<StoredSettings>): StoredSettings
  /** What was wrong with the file at start, in one sentence, if anything. */
  readonly complaint?: string
}

export function openSettingsFile(path: string): SettingsFile {
  const { settings, complaint } = load(path)
  let current = settings
  return {
    ...(complaint === undefined ? {} : { complaint }),
    get: () => current,
    change(part) {
      current = { ...current, ...part }
      writeFileWhole(path, `${JSON.stringify(current, undefined, 2)}\n`)
      return current
    },
  }
}

function load(path: string): { settings: StoredSettings; complaint?: string } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { settings: defaultSettings }
    return { settings: defaultSettings, complaint: `the settings could not be read: ${(error as Error).message}` }
  }
  try {
    return { settings: storedSettings.parse(JSON.parse(text)) }
  } catch {
    const aside = `${path}.unreadable`
    renameSync(path, aside)
    return { settings: defaultSettings, complaint: `the settings were not readable; they were set aside as ${aside}` }
  }
}

/** Puts an entry first in a list of recent things, without doubles, at most `limit` long. */
export function remember<T>(
  list: readonly T[],
  entry: T,
  same: (a: NoInfer<T>, b: NoInfer<T>) => boolean,
  limit = 10,
): T[] {
  return [entry, ...list.filter((other) => !same(other, entry))].slice(0, limit)
}
