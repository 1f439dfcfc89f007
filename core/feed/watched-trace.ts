/**
 * The trace that one viewer watches: which of its tasks changed since they were sent, and how many spans of each the
 * viewer has. Parts are made when their turn comes, so a slow viewer gets newer ones, not more.
 */
import type { Bounded } from '../model/detail.ts'
import type { NodeKey } from '../model/identity.ts'
import type { ReceivedTrace } from '../model/received.ts'
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
  private receivedSent = { spans: 0, logs: 0, lost: 0 }
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
    this.receivedSent = { spans: 0, logs: 0, lost: 0 }
    this.fresh = true
  }

  /** The next part, which then counts as sent. */
  takePart(n: number): TraceMessage {
    const { keys, loose, left, forgotten, received } = this.registry.trace(this.traceId)
    const { spans: spansSent, logs: logsSent } = this.receivedSent
    const counted = placeAfter(loose) >= this.looseSent
    if (!counted || placeAfter(received?.spans) < spansSent || placeAfter(received?.logs) < logsSent) this.restart(keys)
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
    const news = received && this.receivedNews(received)
    const message: TraceMessage = {
      type: 'trace',
      n,
      traceId: this.traceId,
      reset: this.fresh,
      more: this.dirty.size > 0 || news?.more === true,
      tasks,
      removed,
      loose: after(loose, this.looseSent),
      left,
      forgotten,
      ...(news?.received !== undefined && { received: news.received }),
    }
    this.looseSent = placeAfter(loose)
    this.fresh = false
    this.moreFollows = message.more
    this.stale = news?.more === true
    return message
  }

  /** What of it is new, as much as one part holds. */
  private receivedNews(received: ReceivedTrace): { readonly received?: ReceivedTrace; readonly more: boolean } {
    const { spans, logs, lost } = this.receivedSent
    const news = {
      spans: part(after(received.spans, spans)),
      logs: part(after(received.logs, logs)),
      lost: received.lost,
    }
    this.receivedSent = {
      spans: Math.max(spans, received.spans.dropped) + news.spans.items.length,
      logs: Math.max(logs, received.logs.dropped) + news.logs.items.length,
      lost: received.lost,
    }
    const { receivedSent } = this
    return {
      more: receivedSent.spans < placeAfter(received.spans) || receivedSent.logs < placeAfter(received.logs),
      ...(news.spans.items.length + news.logs.items.length > 0 || news.lost !== lost ? { received: news } : {}),
    }
  }
}

/** What of a list comes after a place. */
function after<T>(list: Bounded<T>, place: Place): Bounded<T> {
  return { items: list.items.slice(Math.max(0, place - list.dropped)), dropped: list.dropped }
}

/** Where a list goes on, counted from its very first item. */
function placeAfter(list: Bounded<unknown> | undefined): Place {
  return list === undefined ? 0 : list.dropped + list.items.length
}

function part<T>({ items, dropped }: Bounded<T>): Bounded<T> {
  return { items: items.slice(0, tracePart.spans), dropped }
}
