/** The recordings that are open: each file is a source that nobody can control. */
import { basename } from 'node:path'
import type { CommandResult } from '../feed/app-commands.ts'
import { CaptureSource } from '../mcp/replay/capture-source.ts'
import { type CaptureFile, openCaptureFile } from '../mcp/replay/read-capture.ts'
import type { SourceId } from '../model/identity.ts'
import type { EventSink } from '../model/source.ts'
import type { OpenSources } from './open-sources.ts'
import { createSourceFiles } from './source-files.ts'

export interface CapturesOptions {
  readonly sources: OpenSources
  readonly sink: EventSink
}

export interface Captures {
  /**
   * @param path absolute; a file that is open already is not read again
   * @returns the source once the whole file has been read, or why it cannot be; then nothing is left of it
   */
  open(path: string): Promise<CommandResult<{ readonly source: SourceId }>>
}

export function createCaptures({ sources, sink }: CapturesOptions): Captures {
  const files = createSourceFiles(sources)

  async function read(path: string, file: CaptureFile): Promise<SourceId> {
    const name = basename(path)
    const source = sources.freeId(name)
    const capture = new CaptureSource({ source, name, path, startedAt: file.startedAt, sink })
    sources.add(capture)
    files.note(path, capture)
    try {
      for await (const lines of file.lines()) for (const line of lines) capture.push(line)
    } catch (error) {
      await sources.remove(source)
      throw error
    }
    capture.finish()
    return source
  }

  return {
    async open(path) {
      const already = files.sourceOf(path)
      if (already !== undefined) return { ok: true, value: { source: already.id } }
      try {
        return { ok: true, value: { source: await read(path, await openCaptureFile(path)) } }
      } catch (error) {
        return { ok: false, error: `${path} cannot be opened as a recording`, detail: reasonOf(error) }
      }
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
