/** Whether what is shown of an export is what the collector knows of it, span by span. */
import type { DropEntry } from '../../../core/telemetry/drop-ledger.ts'
import type { ReceivedLine } from './collector-process.ts'

export interface Truth {
  /** Ids of the tasks that wrote their id themselves. */
  readonly produced: ReadonlySet<string>
  /** What the application shows at the end. */
  readonly shown: { readonly dropped: number; readonly unconfirmed: number }
  /** What the collector wrote down. */
  readonly lines: readonly ReceivedLine[]
  /** The application's books. */
  readonly drops: readonly DropEntry[]
}

/**
 * Received = produced − dropped for every span whose requests were answered. A span that the application calls
 * unconfirmed is received or not; of these no more may be missing than are shown.
 * @returns what is not true, one sentence each.
 */
export function findLies({ produced, shown, lines, drops }: Truth): readonly string[] {
  const lies: string[] = []
  const wantEqual = (what: string, given: number, wanted: number) => {
    if (given !== wanted) lies.push(`${what}: ${given}, not ${wanted}`)
  }
  const received = new Set(lines.flatMap(({ kept, spanId }) => (kept ? [spanId] : [])))
  const missingOf = ({ spans = [] }: DropEntry) => spans.filter((id) => !received.has(id))
  const sure = drops.filter(({ reason }) => reason !== 'unconfirmed')
  const unsure = drops.filter(({ reason }) => reason === 'unconfirmed')

  wantEqual('dropped, shown and in the books', shown.dropped, count(sure))
  wantEqual('unconfirmed, shown and in the books', shown.unconfirmed, count(unsure))
  for (const entry of sure) wantEqual(`missing of those ${entry.reason}`, missingOf(entry).length, entry.count)
  for (const entry of unsure) {
    if (missingOf(entry).length > entry.count) lies.push(`more is missing than the ${entry.count} unconfirmed`)
  }

  const spanOf = new Map(lines.flatMap((line) => (isTaskSpan(line) ? [[line.task, line.spanId]] : [])))
  const explained = new Set(drops.flatMap(missingOf))
  for (const task of produced) {
    const span = spanOf.get(task)
    if (span === undefined) lies.push(`the collector was never told of ${task}`)
    else if (!received.has(span) && !explained.has(span)) lies.push(`${task} is missing and nothing says so`)
  }
  return lies
}

/** The one span of a whole task; the record of an open one has another id. */
function isTaskSpan({ name, pending }: ReceivedLine): boolean {
  return name.startsWith('task ') && !pending
}

function count(entries: readonly DropEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.count, 0)
}
