/**
 * Random ids for tasks, traces and spans. They come from one pool of random hex digits, because asking the system
 * for 16 bytes per task costs more than everything else about starting it.
 */
import { randomBytes } from 'node:crypto'
import { createIds, type IdSource } from '../model/trace-ids.ts'

const poolBytes = 8192

export function createRandomIds(): IdSource {
  let pool = ''
  let used = 0
  return createIds((digits) => {
    if (used + digits > pool.length) {
      pool = randomBytes(poolBytes).toString('hex')
      used = 0
    }
    const text = pool.slice(used, used + digits)
    used += digits
    return text
  })
}
