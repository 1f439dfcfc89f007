/**
 * The trace that one viewer watches: which of its tasks changed since they were sent, and how many spans of each the
 * viewer has. Parts are made when their turn comes, so a slow viewer gets newer ones, not more.
 */
import type { Bounded } from '../model/detail.ts'
import type { NodeKey } from '../model/identity.ts'
import { isTaskRow } from '../model/row.ts'
import { mostTraceTasks, type TraceTask } from '../model/trace.ts'
import type { Registry } from '../registry/registry.ts'
import { type DownMessage, tracePart } from './protocol.ts'

type TraceMessage = Extract<DownMessage, { type: 'trace' }>

/** What was sent of a list so far: everything before this place, counted from its very first item. */
type Place = number

export class WatchedTrace {
  readonly traceId: string
  private readonly registry: Registry
  /** Its tasks as the viewer knows them, with the spans it has of each. */
  private readonly sent = new Map<NodeKey, Place>()
  private readonly dirty: Set<NodeKey>
  private looseSent: Place = 0
  private stale = true
  private fresh = true
  private moreFollows = false

  constructor(registry: Registry, traceId: string) {
    this.registry = registry
    this.traceId = traceId
    this.dirty = new Set(registry.trace(traceId).keys)
  }

  /** A row or its detail changed, came or went. Says whether it is of this trace. */
  changed(key: NodeKey): boolean {
    if (!this.sent.has(key) && !this.dirty.has(key)) {
      const row = this.registry.row(key)
      if (row === undefined || !isTaskRow(row) || row.trace?.traceId !== this.traceId) return false
      if (this.sent.size + this.dirty.size >= mostTraceTasks) {
        this.touch()
        return true
      }
    }
    this.dirty.add(key)
    return true
  }

  /** Something beside its tasks changed. */
  touch(): void {
    this.stale = true
  }

  /** The part that was sent last was not the end of it. */
  get loading(): boolean {
    return this.moreFollows
  }

  get waits(): boolean {
    return this.stale || this.dirty.size > 0
  }

  /** The list of loose spans was let go and counts anew, so everything is told anew. */
  private restart(keys: readonly NodeKey[]): void {
    this.sent.clear()
    for (const key of keys) this.dirty.add(key)
    this.looseSent = 0
    this.fresh = true
  }

  /** The next part, which then counts as sent. */
  takePart(n: number): TraceMessage {
    const { keys, loose, left, forgotten } = this.registry.trace(this.traceId)
    if (loose.dropped + loose.items.length < this.looseSent) this.restart(keys)
    const tasks: TraceTask[] = []
    const removed: NodeKey[] = []
    let spans = 0
    for (const key of this.dirty) {
      if (tasks.length === tracePart.tasks || spans >= tracePart.spans) break
      this.dirty.delete(key)
      const task = this.registry.traceTask(key)
      if (task === undefined) {
        if (this.sent.delete(key)) removed.push(key)
        continue
      }
      const news = after(task.spans, this.sent.get(key) ?? 0)
      this.sent.set(key, task.spans.dropped + task.spans.items.length)
      spans += news.items.length
      tasks.push({ ...task, spans: news })
    }
    const message: TraceMessage = {
      type: 'trace',
      n,
      traceId: this.traceId,
      reset: this.fresh,
      more: this.dirty.size > 0,
      tasks,
      removed,
      loose: after(loose, this.looseSent),
      left,
      forgotten,
    }
    this.looseSent = loose.dropped + loose.items.length
    this.fresh = false
    this.moreFollows = message.more
    this.stale = false
    return message
  }
}

/** What of a list comes after a place. */
function after<T>(list: Bounded<T>, place: Place): Bounded<T> {
  return { items: list.items.slice(Math.max(0, place - list.dropped)), dropped: list.dropped }
}
