import { payloadOf } from '../wire/payload-of.ts'
import { inputOf, labelOf } from './call-input.ts'
import type { TaskBook } from './task-book.ts'
import type { TaskEntry } from './task-entry.ts'
import type { TaskEventContext } from './task-event-context.ts'

/** Tells of a task or call for the first time, as far as its request and its first status describe it. */
export function announce(context: TaskEventContext, book: TaskBook, entry: TaskEntry, name: string, at: number): void {
  const { request, ttlMs, pollIntervalMs } = entry
  const params = request?.message.params
  const label = labelOf(params)
  book.bindToken(entry, request)
  context.emit(
    {
      kind: 'task.created',
      id: entry.id,
      node: entry.node,
      name,
      ...(label === undefined ? {} : { label }),
      parent: context.parent,
      ...context.originOf(request),
      ...(params === undefined ? {} : { input: payloadOf(inputOf(params)) }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
      ...(entry.host === 'client' ? { host: 'client' as const } : {}),
      capabilities: context.capabilities(entry.node, entry.host),
    },
    at,
  )
}
