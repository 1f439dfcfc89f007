/** The task modules that are open: each file runs in a host of its own, all hosts over one link. */
import type { CommandResult } from '../feed/app-commands.ts'
import type { SourceId } from '../model/identity.ts'
import type { EventSink } from '../model/source.ts'
import { createHostLink } from '../runner/host/host-link.ts'
import { openHost } from '../runner/host/host-source.ts'
import type { OpenSources } from './open-sources.ts'
import type { Receiving } from './receiving.ts'
import { createSourceFiles } from './source-files.ts'
import type { WorkspaceOptions } from './workspace-options.ts'

export interface ModulesOptions extends Pick<WorkspaceOptions, 'clock' | 'timers' | 'spawner' | 'entries' | 'env'> {
  readonly sources: OpenSources
  readonly sink: EventSink
  /** Tells hosts where to send their spans. */
  readonly receiving: Pick<Receiving, 'environmentFor'>
}

export interface Modules {
  /**
   * @param path absolute; a module that is open already is not opened again
   * @param name what a person calls it; after its file without one
   * @returns the source once the module has loaded, or why it does not; then its row says so too
   */
  open(path: string, name?: string): Promise<CommandResult<{ readonly source: SourceId }>>
}

export function createModules(options: ModulesOptions): Modules {
  const { clock, timers, spawner, entries, env, sources, sink, receiving } = options
  const link = createHostLink({ timers })
  const files = createSourceFiles(sources)

  return {
    async open(path, name) {
      const already = files.sourceOf(path)
      if (already !== undefined) return { ok: true, value: { source: already.id } }
      const source = sources.freeId(name ?? path)
      const host = openHost({
        source,
        name: name ?? source,
        modulePath: path,
        entries,
        spawner,
        link,
        env: { ...env, ...receiving.environmentFor(env) },
        sink,
        clock,
        timers,
      })
      sources.add(host)
      files.note(path, host)
      const opened = await host.opened
      if (opened.ok) return { ok: true, value: { source } }
      const { text, error } = opened.failure
      return { ok: false, error: text, ...(error?.stack !== undefined && { detail: error.stack }) }
    },
  }
}
