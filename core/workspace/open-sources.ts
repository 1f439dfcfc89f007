/** The sources that are open, each under an id of its own: the router reaches them as long as they are here. */
import type { Dispose } from '../model/dispose.ts'
import type { SourceId } from '../model/identity.ts'
import type { Source } from '../model/source.ts'
import type { ControlRouter } from '../registry/control-router.ts'
import type { Registry } from '../registry/registry.ts'
import { freeSourceId } from './source-names.ts'

export interface OpenSources {
  /** An id that no source has, after this name. Taken only once a source is added under it. */
  freeId(name: string): SourceId
  /** From now on the source gets the controls of its nodes. */
  add(source: Source): void
  find(id: SourceId): Source | undefined
  /** Whether this very source is open; another may have got its id since. */
  has(source: Source): boolean
  /** Ends the source and forgets its rows. @returns whether there was one */
  remove(id: SourceId): Promise<boolean>
  /** Ends all of them, side by side. Their rows stay. */
  close(reason: string): Promise<void>
}

/** Events that no source tells carry these names instead. */
const reserved: ReadonlySet<string> = new Set(['app', 'clock', 'registry', 'otlp'])

export function createOpenSources(registry: Registry, router: Pick<ControlRouter, 'register'>): OpenSources {
  const entries = new Map<SourceId, { readonly source: Source; readonly unregister: Dispose }>()

  return {
    freeId: (name) => freeSourceId(name, (id) => entries.has(id) || reserved.has(id)),
    add: (source) => void entries.set(source.id, { source, unregister: router.register(source) }),
    find: (id) => entries.get(id)?.source,
    has: (source) => entries.get(source.id)?.source === source,
    async remove(id) {
      const entry = entries.get(id)
      if (entry === undefined) return false
      await entry.source.close('removed')
      entry.unregister()
      entries.delete(id)
      registry.removeSource(id)
      return true
    },
    async close(reason) {
      await Promise.allSettled([...entries.values()].map(({ source }) => source.close(reason)))
      for (const { unregister } of entries.values()) unregister()
      entries.clear()
    },
  }
}
