/** The recordings that are open: each file is a source that nobody can control. */
import { basename } from 'node:path'
import type { CommandResult } from '../feed/app-commands.ts'
import { CaptureSource } from '../mcp/replay/capture-source.ts'
import { openCaptureFile } from '../mcp/replay/read-capture.ts'
import type { SourceId } from '../model/identity.ts'
import type { EventSink, Source } from '../model/source.ts'

export interface CapturesOptions {
  readonly sink: EventSink
  /** An id that no source has, after this name. */
  readonly freeId: (name: string) => SourceId
  readonly add: (source: Source) => void
  readonly find: (id: SourceId) => Source | undefined
}

export interface Captures {
  /**
   * @param path absolute; a file that is open already is not read again
   * @returns the source once the whole file has been read, or why it cannot be; then nothing is left of it
   */
  open(path: string): Promise<CommandResult<{ readonly source: SourceId }>>
}

export function createCaptures({ sink, freeId, add, find }: CapturesOptions): Captures {
  const opened = new Map<string, SourceId>()
  return {
    async open(path) {
      const already = opened.get(path)
      if (already !== undefined && find(already) !== undefined) return { ok: true, value: { source: already } }
      try {
        const file = await openCaptureFile(path)
        const source = freeId(basename(path))
        const capture = new CaptureSource({ source, name: basename(path), path, startedAt: file.startedAt, sink })
        add(capture)
        opened.set(path, source)
        for await (const lines of file.lines()) for (const line of lines) capture.push(line)
        capture.finish()
        return { ok: true, value: { source } }
      } catch (error) {
        return { ok: false, error: `${path} cannot be opened as a capture`, detail: reasonOf(error) }
      }
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
