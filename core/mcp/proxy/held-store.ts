/**
 * Keeps the bytes of held frames on disk: append-only segments in a folder of the proxy's own, readable by its owner only.
 * A segment goes as soon as nothing in it is held any more. Written and read at once, so that what is let go can keep its
 * order with what comes after it; only frames that a person holds pay for that.
 */
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Where the bytes of one frame lie. */
export interface KeptBytes {
  /** Gives them back. Throws what the system says when they cannot be read. */
  read(): Uint8Array
  /** They are wanted no more. */
  drop(): void
}

export interface HeldStoreOptions {
  readonly segmentBytes?: number
  /** Bytes of frames that are held at the same time. */
  readonly maxBytes?: number
}

interface Segment {
  readonly file: string
  readonly fd: number
  written: number
  frames: number
}

const defaultSegmentBytes = 4 * 1024 * 1024
const defaultMaxBytes = 256 * 1024 * 1024

export class HeldStore {
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #maxBytes: number
  readonly #segments = new Set<Segment>()
  #current: Segment | undefined
  #bytes = 0
  #number = 0

  /** @param folder made with the first frame; the folder above it must be its owner's alone */
  constructor(
    folder: string,
    { segmentBytes = defaultSegmentBytes, maxBytes = defaultMaxBytes }: HeldStoreOptions = {},
  ) {
    this.#folder = folder
    this.#segmentBytes = segmentBytes
    this.#maxBytes = maxBytes
  }

  /** @returns `undefined` when there is no room for more. Throws what the system says when the disk does not take it. */
  keep(bytes: Uint8Array): KeptBytes | undefined {
    if (this.#bytes + bytes.length > this.#maxBytes) return undefined
    const segment =
      this.#current !== undefined && this.#current.written < this.#segmentBytes ? this.#current : this.#next()
    const offset = segment.written
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(segment.fd, bytes, done, bytes.length - done, offset + done)
    }
    segment.written += bytes.length
    segment.frames += 1
    this.#bytes += bytes.length
    let kept = true
    return {
      read: () => readAt(segment.fd, offset, bytes.length),
      drop: () => {
        if (!kept) return
        kept = false
        this.#bytes -= bytes.length
        segment.frames -= 1
        if (segment.frames === 0) this.#remove(segment)
      },
    }
  }

  /** Takes away whatever is left. */
  close(): void {
    for (const segment of [...this.#segments]) this.#remove(segment)
  }

  #next(): Segment {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#number += 1
    const file = join(this.#folder, `held-${String(this.#number).padStart(6, '0')}.bin`)
    const segment = { file, fd: openSync(file, 'wx+', 0o600), written: 0, frames: 0 }
    this.#current = segment
    this.#segments.add(segment)
    return segment
  }

  #remove(segment: Segment): void {
    if (!this.#segments.delete(segment)) return
    if (this.#current === segment) this.#current = undefined
    closeSync(segment.fd)
    rmSync(segment.file, { force: true })
  }
}

function readAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length)
  for (let done = 0; done < length; ) {
    const read = readSync(fd, bytes, done, length - done, offset + done)
    if (read === 0) throw new Error('a held frame was cut off by somebody else')
    done += read
  }
  return bytes
}
