/**
 * What is remembered of a conversation. A peer that never answers, or that invents ids without end, must not fill the
 * memory: beyond its size the oldest entry is let go, as if it had never been seen.
 */

/** More tasks, requests or tokens than this have not been seen side by side. */
export const maxRemembered = 20_000

export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #max: number

  constructor(max: number = maxRemembered) {
    super()
    this.#max = max
  }

  override set(key: Key, value: Value): this {
    super.set(key, value)
    if (this.size > this.#max) forgetOldest(this)
    return this
  }
}

export class BoundedSet<Value> extends Set<Value> {
  readonly #max: number

  constructor(max: number = maxRemembered) {
    super()
    this.#max = max
  }

  override add(value: Value): this {
    super.add(value)
    if (this.size > this.#max) forgetOldest(this)
    return this
  }
}

function forgetOldest<Key>(from: { keys(): Iterable<Key>; delete(key: Key): boolean }): void {
  for (const oldest of from.keys()) {
    from.delete(oldest)
    return
  }
}

/** Short however long the text is; texts that differ have different ones, but for chance. */
export function fingerprint(text: string): string {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0
  return `${text.length} ${sum}`
}
