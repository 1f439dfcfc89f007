/**
 * When tasks began and ended, kept up to date per changed row: a look at a whole session reads small entries in order of
 * time, not a hundred thousand rows. What it gives is its own and changes in place.
 */
import type { RowChange } from '../../core/feed/client.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type NodeRow, type Row, type TaskRow } from '../../core/model/row.ts'

/** All times are milliseconds since the Unix epoch. */
export interface TaskTime {
  readonly key: NodeKey
  readonly ord: number
  readonly from: number
  /** Absent while it lives. */
  readonly end: number | undefined
  readonly failed: boolean
  /** Since when it is suspended. */
  readonly suspendedAt: number | undefined
  /** Known only because others name it. */
  readonly placeholder: boolean
}

export interface TaskTimes {
  apply(change: RowChange): void
  /** Starts anew from all rows with the next look. */
  reset(): void
  /** In no particular order. */
  live(): Iterable<TaskTime>
  /** In order of their ends. */
  ended(): readonly TaskTime[]
  /** When the first task was made. */
  first(): number | undefined
  /** The last thing that happened to any of them; 0 when nothing has. */
  newest(): number
  /** Grows whenever a task begins, ends, is suspended, goes on or leaves. */
  revision(): number
  /** Whether new tasks can still come from somewhere. */
  goesOn(): boolean
}

interface Entry extends TaskTime {
  gone: boolean
}

/** @param rowsNow the rows that the changes are about */
export function createTaskTimes(rowsNow: () => ReadonlyMap<NodeKey, Row>): TaskTimes {
  const entries = new Map<NodeKey, Entry>()
  const live = new Map<NodeKey, Entry>()
  /** Nodes that are up and can start tasks. */
  const up = new Set<NodeKey>()
  let ended: Entry[] = []
  let gone = 0
  let first: number | undefined
  let newest = 0
  let stale = true
  let revision = 0

  function drop(key: NodeKey): void {
    up.delete(key)
    const entry = entries.get(key)
    if (entry === undefined) return
    revision += 1
    entries.delete(key)
    live.delete(key)
    entry.gone = true
    if (entry.end !== undefined) gone += 1
    if (entry.from === first) first = undefined
  }

  function take(row: Row): void {
    if (!isTaskRow(row)) {
      if (isUp(row)) up.add(row.key)
      else up.delete(row.key)
      return
    }
    newest = Math.max(newest, lastMoment(row))
    const known = entries.get(row.key)
    if (known !== undefined) {
      if (isSame(known, row)) return
      drop(row.key)
    }
    revision += 1
    const entry = entryOf(row)
    if (first !== undefined || entries.size === 0) first = Math.min(first ?? entry.from, entry.from)
    entries.set(row.key, entry)
    if (entry.end === undefined) live.set(row.key, entry)
    else insert(ended, entry, entry.end)
  }

  function look(): void {
    if (stale) {
      stale = false
      entries.clear()
      live.clear()
      up.clear()
      ended = []
      gone = 0
      first = undefined
      newest = 0
      // Sorted once afterwards: rows come in order of their beginnings, not of their ends.
      const ends: Entry[] = []
      for (const row of rowsNow().values()) {
        if (isTaskRow(row) && row.endedAt !== undefined) {
          const entry = entryOf(row)
          entries.set(row.key, entry)
          ends.push(entry)
          newest = Math.max(newest, lastMoment(row))
        } else take(row)
      }
      ended = ends.sort((a, b) => (a.end ?? 0) - (b.end ?? 0))
      first = undefined
    }
    if (gone > 0) {
      ended = ended.filter((entry) => !entry.gone)
      gone = 0
    }
    if (first === undefined) for (const { from } of entries.values()) first = Math.min(first ?? from, from)
  }

  return {
    apply({ changed, removed, reset }) {
      stale ||= reset
      if (stale) {
        revision += 1
        return
      }
      const rows = rowsNow()
      for (const key of removed) if (!rows.has(key)) drop(key)
      for (const key of changed) {
        const row = rows.get(key)
        if (row !== undefined) take(row)
      }
    },
    reset() {
      stale = true
      revision += 1
    },
    revision: () => revision,
    live() {
      look()
      return live.values()
    },
    ended() {
      look()
      return ended
    },
    first() {
      look()
      return first
    },
    newest() {
      look()
      return newest
    },
    goesOn() {
      look()
      return live.size > 0 || up.size > 0
    },
  }
}

function entryOf(row: TaskRow): Entry {
  return {
    key: row.key,
    ord: row.ord,
    from: row.createdAt,
    end: row.endedAt,
    failed: row.state === 'failed',
    suspendedAt: row.state === 'suspended' ? row.stateAt : undefined,
    placeholder: row.placeholder === true,
    gone: false,
  }
}

/** Most changes of a row, such as its progress, move none of its times. */
function isSame(entry: Entry, row: TaskRow): boolean {
  return (
    entry.end === row.endedAt &&
    entry.from === row.createdAt &&
    entry.ord === row.ord &&
    entry.suspendedAt === (row.state === 'suspended' ? row.stateAt : undefined) &&
    entry.failed === (row.state === 'failed') &&
    entry.placeholder === (row.placeholder === true)
  )
}

function lastMoment(row: TaskRow): number {
  return Math.max(row.createdAt, row.stateAt, row.endedAt ?? 0, row.control?.request.requestedAt ?? 0)
}

/** Ends nearly always come in order, so this walks back over little. */
function insert(list: Entry[], entry: Entry, end: number): void {
  let place = list.length
  while (place > 0 && (list[place - 1]?.end ?? 0) > end) place -= 1
  if (place === list.length) list.push(entry)
  else list.splice(place, 0, entry)
}

/** Whether new tasks can come from there. */
function isUp({ node, status }: NodeRow): boolean {
  return node !== 'source' && status !== 'closed' && status !== 'failed' && status !== 'lost'
}
