/**
 * The books about dropped spans, kept beside a queue on disk so that they outlive a killed process: `drops.jsonl`, one
 * line per drop with its reason, what the collector said and the ids of the spans. A line that names a segment also says
 * that the segment has been dealt with: after a crash it is not sent again. The newest lines are kept whole, older ones
 * as their sums.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileWhole } from '../system/write-file-whole.ts'
import { type Drop, type DropReason, noDrops } from './span-queue.ts'

/** One line of the books. */
export interface DropEntry extends Drop {
  /** Why they were given up, when the reason is `unconfirmed`. */
  readonly because?: DropReason | undefined
  /** Milliseconds since the epoch. */
  readonly at?: number | undefined
  readonly segment?: string | undefined
  /** Ids of the spans, where they are known; more than `count` when only so many of them were dropped. */
  readonly spans?: readonly string[] | undefined
}

export interface DropLedger {
  /** All drops so far, those of earlier runs among them. */
  readonly drops: Readonly<Record<DropReason, number>>
  /** Segments that were answered for before this run. */
  readonly settled: ReadonlySet<string>
  /** Writes at once: a drop that nobody knows of after a crash would be a loss that nobody sees. Throws as `appendFileSync`. */
  note(entry: DropEntry): void
  /** Replaces older lines by their sums. For when no settled segment lies in the folder any more. */
  compact(): void
}

/** Lines that are kept whole when the others become sums. */
const keptLines = 50
/** Lines beyond which the file is written anew. */
const maxLines = 250

/** Opens the books in `folder`. Unreadable lines are left out. Throws what the file system throws. */
export function openDropLedger(folder: string): DropLedger {
  const path = join(folder, 'drops.jsonl')
  const drops: Record<DropReason, number> = { ...noDrops }
  const settled = new Set<string>()
  let entries: DropEntry[] = []
  for (const entry of readDropEntries(folder)) {
    drops[entry.reason] += entry.count
    if (entry.segment !== undefined) settled.add(entry.segment)
    entries.push(entry)
  }

  function compact(): void {
    const sums: Record<DropReason, number> = { ...noDrops }
    const whole = entries.filter(({ spans }) => spans !== undefined).slice(-keptLines)
    const kept = new Set(whole)
    for (const entry of entries) if (!kept.has(entry)) sums[entry.reason] += entry.count
    const summed = Object.entries(sums)
      .filter(([, count]) => count > 0)
      .map(([reason, count]): DropEntry => ({ reason: reason as DropReason, count }))
    const next = [...summed, ...whole]
    writeFileWhole(path, next.map(line).join(''))
    entries = next
  }

  return {
    drops,
    settled,
    note(entry) {
      drops[entry.reason] += entry.count
      entries.push(entry)
      appendFileSync(path, line(entry), { mode: 0o600 })
      // The segments of lines that become sums are long gone.
      if (entries.length > maxLines) compact()
    },
    compact,
  }
}

function line(entry: DropEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** What the books in `folder` say, oldest first. Throws what the file system throws. */
export function readDropEntries(folder: string): readonly DropEntry[] {
  return readLines(join(folder, 'drops.jsonl')).flatMap((text) => parse(text) ?? [])
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function parse(text: string): DropEntry | undefined {
  let entry: unknown
  try {
    entry = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof entry !== 'object' || entry === null || !('reason' in entry) || !('count' in entry)) return undefined
  const { reason, count } = entry
  if (typeof reason !== 'string' || !(reason in noDrops) || typeof count !== 'number') return undefined
  // The rest is as `note` wrote it.
  return entry as DropEntry
}
