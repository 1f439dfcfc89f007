import { basename, extname } from 'node:path'
import { type SourceId, sourceId } from '../model/identity.ts'

/** A short readable source id from a file or server name, unlike every one that is taken: `crawl`, `crawl-2`. */
export function freeSourceId(name: string, taken: (id: SourceId) => boolean): SourceId {
  const stem = basename(name, extname(name))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const base = stem === '' ? 'source' : stem.slice(0, 40)
  for (let count = 1; ; count += 1) {
    const candidate = sourceId(count === 1 ? base : `${base}-${count}`)
    if (!taken(candidate)) return candidate
  }
}
