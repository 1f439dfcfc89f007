/**
 * Marks the time in which a module is imported only to run one of its tasks elsewhere. A module that starts tasks of
 * its own while it loads would start them there again, and those their own, without end. The mark is one per thread,
 * whichever copy of the library looks at it.
 */
const mark = Symbol.for('taskscope.loading')

type Marked = Record<symbol, unknown>

export async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  const marked = globalThis as unknown as Marked
  marked[mark] = true
  try {
    return await load()
  } finally {
    marked[mark] = false
  }
}

export function isLoadingPlace(): boolean {
  return (globalThis as unknown as Marked)[mark] === true
}
