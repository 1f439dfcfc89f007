import { parseNodeKey, type SourceId } from '../model/identity.ts'
import type { RegistryObserver } from '../registry/registry.ts'

/** The observer, as if some sources were not there. */
export function withoutSources(observer: RegistryObserver, left: (source: SourceId) => boolean): RegistryObserver {
  return {
    event(event, row) {
      if (!left(event.source)) observer.event?.(event, row)
    },
    removed(key) {
      if (!left(parseNodeKey(key).source)) observer.removed?.(key)
    },
  }
}
