/** The frames of whatever conversation is open here: read one by one, or saved as a capture file. */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import type { CommandResult } from '../feed/app-commands.ts'
import { type FrameReader, keepsFrames } from '../mcp/analyze/frame-reader.ts'
import type { FrameList } from '../model/frame.ts'
import { parseNodeKey, type SourceId } from '../model/identity.ts'
import type { Source } from '../model/source.ts'

export interface Frames {
  /** The frames of a conversation or of one of its tasks; nothing when `revision` is still the newest. */
  list(key: string, revision?: number): FrameList | undefined
  /** The JSON of one frame; nothing when it is no longer kept. */
  text(key: string, seq: number): string | undefined
  /**
   * Writes what is kept of a conversation to a capture file that only its owner can read, without secrets. A file that
   * was there is replaced when everything has been written.
   * @param path absolute
   */
  save(source: string, path: string): Promise<CommandResult<undefined>>
}

const ownerOnly = 0o600

export function createFrames(find: (id: SourceId) => Source | undefined): Frames {
  function readerOf(id: string): FrameReader | undefined {
    const source = find(id as SourceId)
    return keepsFrames(source) ? source : undefined
  }

  return {
    list(key, revision) {
      const { source, id } = parseNodeKey(key)
      const reader = readerOf(source)
      return reader === undefined || reader.frameRevision === revision ? undefined : reader.frames(id)
    },
    text: (key, seq) => readerOf(parseNodeKey(key).source)?.frameText(seq),
    async save(source, path) {
      const reader = readerOf(source)
      if (reader === undefined) return { ok: false, error: `${source} keeps no frames` }
      try {
        await writeLines(path, reader.captureLines())
        return { ok: true, value: undefined }
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        return { ok: false, error: `The recording could not be saved as ${path}`, detail }
      }
    },
  }
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`
  try {
    const file = await open(unfinished, 'wx', ownerOnly)
    try {
      for (const line of lines) await file.write(line)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
