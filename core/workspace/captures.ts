/** Opens recordings: each file becomes a source that nobody can control. */
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
}

/**
 * @param path absolute
 * @returns the source once the whole file has been read, or why it cannot be; then nothing is left of it
 */
export async function openCapture(
  path: string,
  { sink, freeId, add }: CapturesOptions,
): Promise<CommandResult<{ readonly source: SourceId }>> {
  try {
    const file = await openCaptureFile(path)
    const source = freeId(basename(path))
    const capture = new CaptureSource({ source, name: basename(path), path, startedAt: file.startedAt, sink })
    add(capture)
    for await (const lines of file.lines()) for (const line of lines) capture.push(line)
    capture.finish()
    return { ok: true, value: { source } }
  } catch (error) {
    return { ok: false, error: `${path} cannot be opened as a capture`, detail: reason(error) }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
