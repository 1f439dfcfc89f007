/**
 * Tells once that a source file of a module has changed on disk. It watches folders and not files, because editors
 * replace a file rather than write into it, and a watch on the old file would never be told of the new one.
 */
import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'

/** An editor's save is several writes; they are looked at together. */
const settleMs = 80

/**
 * Calls `onChange` at most once, when the content of one of the files differs from what it was at the start.
 * A file system that cannot be watched is simply not watched.
 */
export function watchSources(files: readonly string[], timers: Timers, onChange: (file: string) => void): Dispose {
  const known = new Map<string, Promise<string | undefined>>(files.map((file) => [file, digestOf(file)]))
  const watchers: FSWatcher[] = []
  const waiting = new Map<string, Dispose>()
  let ended = false

  const end = (): void => {
    ended = true
    for (const watcher of watchers) watcher.close()
    for (const cancel of waiting.values()) cancel()
    waiting.clear()
  }
  const compare = async (file: string): Promise<void> => {
    waiting.delete(file)
    const [before, now] = await Promise.all([known.get(file), digestOf(file)])
    if (ended || now === undefined || before === now) return
    end()
    onChange(file)
  }
  const look = (file: string): void => {
    if (ended || !known.has(file)) return
    waiting.get(file)?.()
    waiting.set(
      file,
      timers.after(settleMs, () => void compare(file)),
    )
  }

  for (const [folder, inFolder] of byFolder(files)) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        for (const file of inFolder) if (name === null || basename(file) === name) look(file)
      })
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
    } catch {}
  }
  return end
}

function byFolder(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>()
  for (const file of files) {
    const folder = dirname(file)
    const list = folders.get(folder)
    if (list) list.push(file)
    else folders.set(folder, [file])
  }
  return folders
}

/** `undefined` for a file that is gone; an editor that replaces it will be heard of again. */
async function digestOf(file: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  } catch {
    return undefined
  }
}
