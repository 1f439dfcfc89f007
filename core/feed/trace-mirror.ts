/** A viewer's copy of the trace that it watches. What it hands out is never changed afterwards. */
import type { NodeKey } from '../model/identity.ts'
import { continued, continuedReceived, emptyTrace, type Trace, type TraceTask } from '../model/trace.ts'
import type { DownMessage } from './protocol.ts'

type TraceMessage = Extract<DownMessage, { type: 'trace' }>

export class TraceMirror {
  private traceId: string | undefined
  private tasks = new Map<NodeKey, TraceTask>()
  private rest: Omit<Trace, 'tasks'> | undefined
  private picture: Trace | undefined

  /** Which trace is wanted from now on; everything of another one goes. */
  watch(traceId: string | undefined): void {
    if (traceId === this.traceId) return
    this.traceId = traceId
    this.clear()
  }

  clear(): void {
    this.tasks = new Map()
    this.rest = undefined
    this.picture = undefined
  }

  /** Takes a part; says whether it was of the wanted trace. */
  take(message: TraceMessage): boolean {
    if (message.traceId !== this.traceId) return false
    if (message.reset) this.clear()
    for (const task of message.tasks) {
      const known = this.tasks.get(task.row.key)
      this.tasks.set(task.row.key, known === undefined ? task : { ...task, spans: continued(known.spans, task.spans) })
    }
    for (const key of message.removed) this.tasks.delete(key)
    const { traceId, left, forgotten, more } = message
    const { loose, received } = this.rest ?? emptyTrace(traceId)
    const now = continuedReceived(received, message.received)
    this.rest = {
      traceId,
      left,
      forgotten,
      loading: more,
      loose: continued(loose, message.loose),
      ...(now !== undefined && { received: now }),
    }
    this.picture = undefined
    return true
  }

  /** The trace as it is now; the same object until a part comes. */
  get(): Trace | undefined {
    if (this.rest === undefined) return undefined
    this.picture ??= { ...this.rest, tasks: new Map(this.tasks) }
    return this.picture
  }
}
