/** Taking rows away on a person's wish, as opposed to letting them go to keep memory bounded. */
import type { SourceId } from '../model/identity.ts'
import type { Book } from './book.ts'
import type { Entry } from './entry.ts'
import { OrdList } from './ord-list.ts'

/** Removes ended tasks without live descendants. What still runs although it has ended stays, as it is not over. */
export function clearEnded(book: Book, source: SourceId | undefined): void {
  // A parent joins the end of this list when its last child goes, so one pass takes whole families.
  for (let entry = book.retention.next(); entry !== undefined; ) {
    const current: Entry = entry
    const wanted = (source === undefined || current.source.id === source) && !stillRuns(current)
    if (!wanted) {
      entry = book.retention.next(current)
      continue
    }
    // The neighbour is read after the removal's own appends but before the entry forgets it.
    const before = current.older
    book.remove(current)
    entry = before === undefined ? book.retention.next() : book.retention.next(before)
  }
}

/** Removes every entry of a source. */
export function removeEverything(book: Book, sourceId: SourceId): void {
  const source = book.sources.get(sourceId)
  if (source === undefined) return
  source.removed = true
  const entries = [...source.entries]
  for (const entry of entries.reverse()) {
    entry.children = undefined
    book.remove(entry)
  }
  source.entries = new OrdList()
}

function stillRuns(entry: Entry): boolean {
  return entry.part.form === 'task' && entry.part.stillRunning !== undefined
}
