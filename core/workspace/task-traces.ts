/** Which traces have tasks here, as long as somebody wants to know. */
import type { Dispose } from '../model/dispose.ts'
import type { NodeKey } from '../model/identity.ts'
import { isTaskRow } from '../model/row.ts'
import type { Registry } from '../registry/registry.ts'

export interface TaskTraces {
  ids(): ReadonlySet<string>
  /** From now on it is known. */
  watch(): void
  /** Nothing is known any more. */
  stop(): void
}

export interface TaskTracesOptions {
  readonly registry: Registry
  /** A task has come to this trace. */
  readonly came: (traceId: string) => void
  /** The last task of this trace has been forgotten. */
  readonly went: (traceId: string) => void
}

export function createTaskTraces({ registry, came, went }: TaskTracesOptions): TaskTraces {
  const traceOf = new Map<NodeKey, string>()
  let stopWatching: Dispose | undefined

  return {
    ids: () => new Set(traceOf.values()),
    watch() {
      if (stopWatching !== undefined) return
      for (const row of registry.rows()) {
        if (isTaskRow(row) && row.trace !== undefined) traceOf.set(row.key, row.trace.traceId)
      }
      stopWatching = registry.observe({
        event(event, subject) {
          if (event.kind !== 'task.created' || subject === undefined) return
          const { row } = subject
          if (!isTaskRow(row) || row.trace === undefined) return
          traceOf.set(row.key, row.trace.traceId)
          came(row.trace.traceId)
        },
        removed(key) {
          const traceId = traceOf.get(key)
          if (traceId === undefined) return
          traceOf.delete(key)
          if (registry.trace(traceId).keys.length === 0) went(traceId)
        },
      })
    },
    stop() {
      stopWatching?.()
      stopWatching = undefined
      traceOf.clear()
    },
  }
}
