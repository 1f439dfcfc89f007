/**
 * Temporary folders of one run, which only their owner may enter. Whoever makes one removes it; what a killed process left
 * behind is known by its name, which says whose it is, and removed by a later run.
 */
import { readlinkSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOwnProcess } from './own-process.ts'

const shape = /^taskscope-(\d+)-(\d+)-[a-z]+-[A-Za-z0-9]{6}$/

/**
 * Makes `taskscope-<process ids' space>-<process id>-<kind>-<six random characters>`, mode 0700. Rejects with what the file
 * system says.
 * @param kind lower-case letters: what it is for
 * @param directory where, absolute; it is part of socket paths, so the names are short
 */
export function makeRunFolder(kind: string, directory = tmpdir()): Promise<string> {
  return mkdtemp(join(directory, `taskscope-${processSpace()}-${process.pid}-${kind}-`))
}

/** Removes the folders of this user's processes that have ended. What cannot be looked at or removed is left alone. */
export async function removeLeftFolders(directory = tmpdir()): Promise<void> {
  const names = await readdir(directory).catch((): string[] => [])
  await Promise.all(
    names.filter(isLeft).map(async (name) => {
      const path = join(directory, name)
      try {
        const found = await lstat(path)
        const ours = process.platform === 'win32' || found.uid === process.getuid?.()
        if (found.isDirectory() && ours) await rm(path, { recursive: true, force: true })
      } catch {
        // Another run has just removed it, or something in it is not ours to remove: nothing depends on that.
      }
    }),
  )
}

/** Whether the name is of a run that has ended. Ids of another container say nothing about the processes here. */
function isLeft(name: string): boolean {
  const [, space, pid] = shape.exec(name) ?? []
  return space === processSpace() && !isOwnProcess(Number(pid))
}

/** Tells apart containers that share a temporary folder: the same process id is another process in each. */
function processSpace(): string {
  if (process.platform !== 'linux') return '0'
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    // Without /proc there is one space as far as anyone can tell.
    return '0'
  }
}
