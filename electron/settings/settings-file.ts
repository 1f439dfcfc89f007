/**
 * The one settings file, readable by its owner only, replaced as a whole. A file that cannot be read is set aside, never
 * deleted.
 */
import { readFileSync, renameSync } from 'node:fs'
import { writeFileWhole } from '../../core/system/write-file-whole.ts'
import { defaultSettings, type StoredSettings, storedSettings } from './settings-schema.ts'

export interface SettingsFile {
  get(): StoredSettings
  /** Takes effect at once, also where the file cannot be written. */
  change(part: Partial<StoredSettings>): StoredSettings
  /** What is wrong with the file, in one sentence, if anything: at first that it could not be read, then written. */
  readonly complaint: string | undefined
}

export function openSettingsFile(path: string): SettingsFile {
  let { settings, complaint } = load(path)
  return {
    get complaint() {
      return complaint
    },
    get: () => settings,
    change(part) {
      settings = { ...settings, ...part }
      try {
        writeFileWhole(path, `${JSON.stringify(settings, undefined, 2)}\n`)
        complaint = undefined
      } catch (error) {
        complaint = `The settings count for this run only, ${path} could not be written: ${(error as Error).message}`
      }
      return settings
    },
  }
}

function load(path: string): { settings: StoredSettings; complaint?: string } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { settings: defaultSettings }
    return { settings: defaultSettings, complaint: `The settings could not be read: ${(error as Error).message}` }
  }
  try {
    return { settings: storedSettings.parse(JSON.parse(text)) }
  } catch {
    const aside = `${path}.unreadable`
    renameSync(path, aside)
    return { settings: defaultSettings, complaint: `The settings were not readable; they were set aside as ${aside}` }
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
