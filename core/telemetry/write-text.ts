import { writeSync } from 'node:fs'

/** One for all texts: a new one for each costs more than the encoding. Nothing is kept in it from one call to the next. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024)
/** No character of a string takes more bytes in UTF-8 than this. */
const maxBytesPerUnit = 3

/**
 * Writes all of a text to an open file as UTF-8 and returns how many bytes that were. Throws what the file system
 * throws; then a part of it may be there.
 * @param position where in the file; at its end when it was opened for appending.
 */
export function writeText(file: number, text: string, position?: number): number {
  const fits = text.length * maxBytesPerUnit <= scratch.length
  const bytes = fits ? scratch : Buffer.from(text)
  const length = fits ? scratch.write(text) : bytes.length
  let done = 0
  while (done < length) {
    done += writeSync(file, bytes, done, length - done, position === undefined ? undefined : position + done)
  }
  return length
}
