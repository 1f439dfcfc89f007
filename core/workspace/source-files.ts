/** Which file each open source was opened from, so that none is opened twice. */
import type { Source } from '../model/source.ts'
import type { OpenSources } from './open-sources.ts'

export interface SourceFiles {
  /** The source that was opened from this file, absolute path, as long as it is open. */
  sourceOf(path: string): Source | undefined
  note(path: string, source: Source): void
}

export function createSourceFiles(sources: Pick<OpenSources, 'has'>): SourceFiles {
  const opened = new Map<string, Source>()
  return {
    sourceOf(path) {
      const source = opened.get(path)
      if (source === undefined || sources.has(source)) return source
      opened.delete(path)
      return undefined
    },
    note: (path, source) => void opened.set(path, source),
  }
}
