/**
 * The books about dropped spans, kept beside a queue on disk so that they outlive a killed process. A line that names
 * a segment also says that the collector has answered for it: after a crash it is not sent again.
 */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DropReason, noDrops } from './span-queue.ts'

export interface DropLedger {
  /** All drops so far, those of earlier runs among them. */
  readonly drops: Readonly<Record<DropReason, number>>
  /** Segments that were answered for before this run. */
  readonly settled: ReadonlySet<string>
  /** Writes at once: a drop that nobody knows of after a crash would be a loss that nobody sees. Throws as `appendFileSync`. */
  note(reason: DropReason, count: number, segment?: string): void
}

/** Opens the books in `folder`. Unreadable lines are left out. Throws what the file system throws. */
export function openDropLedger(folder: string): DropLedger {
  const path = join(folder, 'drops.jsonl')
  const drops: Record<DropReason, number> = { ...noDrops }
  const settled = new Set<string>()
  for (const line of readLines(path)) {
    const entry = parse(line)
    if (entry === undefined) continue
    drops[entry.reason] += entry.count
    if (entry.segment !== undefined) settled.add(entry.segment)
  }
  return {
    drops,
    settled,
    note(reason, count, segment) {
      drops[reason] += count
      appendFileSync(path, `${JSON.stringify({ reason, count, segment })}\n`, { mode: 0o600 })
    },
  }
}

/** Replaces the lines by their sums. Only safe once no settled segment lies in the folder any more. */
export function compactDropLedger(folder: string, drops: Readonly<Record<DropReason, number>>): void {
  const path = join(folder, 'drops.jsonl')
  const lines = Object.entries(drops)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${JSON.stringify({ reason, count })}\n`)
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function parse(line: string): { reason: DropReason; count: number; segment?: string } | undefined {
  let entry: unknown
  try {
    entry = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof entry !== 'object' || entry === null || !('reason' in entry) || !('count' in entry)) return undefined
  const { reason, count } = entry
  if (typeof reason !== 'string' || !(reason in noDrops) || typeof count !== 'number') return undefined
  const segment = 'segment' in entry && typeof entry.segment === 'string' ? entry.segment : undefined
  return { reason: reason as DropReason, count, ...(segment !== undefined && { segment }) }
}
