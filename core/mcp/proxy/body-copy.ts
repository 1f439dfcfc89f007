/** Copies of bodies as they pass an HTTP proxy: gathered, and unpacked where they are compressed. */
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib'

/** A body that is larger is passed on, but not read. */
const maxBodyBytes = 64 * 1024 * 1024

/** Takes a copy of a body as it passes. */
export interface BodyCopy {
  /** @returns the task of a message that these bytes complete */
  push(chunk: Uint8Array): string | undefined
  end(): string | undefined
}

/** Gathers a body; gives `undefined` when it was too large to be kept, or is not what it says it is. */
export class WholeBody implements BodyCopy {
  readonly #encoding: string | undefined
  readonly #done: (text: string | undefined) => string | undefined
  #parts: Uint8Array[] | undefined = []
  #bytes = 0
  #ended = false

  constructor(encoding: string | undefined, done: (text: string | undefined) => string | undefined) {
    this.#encoding = encoding
    this.#done = done
  }

  push(chunk: Uint8Array): undefined {
    this.#bytes += chunk.length
    if (this.#bytes > maxBodyBytes) this.#parts = undefined
    this.#parts?.push(chunk)
  }

  end(): string | undefined {
    if (this.#ended) return undefined
    this.#ended = true
    const text = this.#parts === undefined ? undefined : decode(Buffer.concat(this.#parts), this.#encoding)
    this.#parts = undefined
    return this.#done(text)
  }
}

function decode(body: Buffer, encoding: string | undefined): string | undefined {
  const limit = { maxOutputLength: maxBodyBytes }
  try {
    switch (body.length === 0 ? undefined : encoding) {
      case 'gzip':
        return gunzipSync(body, limit).toString('utf8')
      case 'br':
        return brotliDecompressSync(body, limit).toString('utf8')
      case 'deflate':
        return inflateSync(body, limit).toString('utf8')
      default:
        return body.toString('utf8')
    }
  } catch {
    // It is not what its header says: the client will find out, here it only stays unread.
    return undefined
  }
}

/** Of a stream that is read as it comes; no one can cut it into its events. */
export function streamDecoder(encoding: string | undefined) {
  switch (encoding) {
    case 'gzip':
      return createGunzip()
    case 'br':
      return createBrotliDecompress()
    case 'deflate':
      return createInflate()
    default:
      return undefined
  }
}
