// @ts-check
// Unpacks the chosen entries of a zip archive, with their file modes, below one folder and nowhere else.

import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'

/**
 * @param {string} archive path of a zip file
 * @param {string} target existing folder
 * @param {(name: string) => string | undefined} placeOf where below `target` an entry goes; undefined leaves it out
 * @returns {Promise<number>} how many files were written
 * @throws {Error} when the archive is damaged or an entry would land outside `target`
 */
export async function unpack(archive, target, placeOf) {
  const zip = await yauzl.openPromise(archive, { autoClose: false })
  let written = 0
  try {
    for await (const entry of zip.eachEntry()) {
      const place = placeOf(entry.fileName)
      if (place === undefined) continue
      const file = resolve(target, place)
      if (!file.startsWith(resolve(target) + sep)) throw new Error(`"${entry.fileName}" points outside the archive`)
      await mkdir(dirname(file), { recursive: true })
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file))
      const mode = (entry.externalFileAttributes >>> 16) & 0o777
      if (mode !== 0) await chmod(file, mode)
      written += 1
    }
  } finally {
    zip.close()
  }
  return written
}
