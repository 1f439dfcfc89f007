/** Reads the body of a request within bounds, packed or not. Nothing is kept of a body that is too large. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** Too large, as it came or unpacked. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** Said to be gzip and is not. */
export class NotGzipError extends Error {
  override readonly name = 'NotGzipError'
}

/** The sender went away before the end. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError'
}

const unpacked = promisify(gunzip)

/**
 * Rejects with one of the errors above, or with what `grow` throws. The rest of a refused body is read and thrown away,
 * for a sender looks at the answer only when it has sent everything.
 * @param grow told of each chunk's bytes as it comes; throws to refuse it
 */
export function readBody(request: IncomingMessage, mostBytes: number, grow: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const refuse = (error: unknown) => {
      chunks.length = 0
      request.off('data', take)
      request.resume()
      reject(error)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBytes) return refuse(tooLarge(mostBytes))
      try {
        grow(chunk.length)
      } catch (error) {
        return refuse(error)
      }
      chunks.push(chunk)
    }
    request.on('data', take)
    request.once('end', () => resolve(Buffer.concat(chunks)))
    // Comes after `end` too, and is then without effect.
    request.once('close', () => reject(new CutOffError('the request ended before its body did')))
    request.once('error', () => reject(new CutOffError('the request ended before its body did')))
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) refuse(tooLarge(mostBytes))
  })
}

/** Unpacks gzip and stops where `mostBytes` are exceeded, however little was sent. */
export async function unpack(body: Uint8Array, mostBytes: number): Promise<Buffer> {
  try {
    return await unpacked(body, { maxOutputLength: mostBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(mostBytes)
    throw new NotGzipError('the body is said to be gzip and is not')
  }
}

function tooLarge(mostBytes: number): BodyTooLargeError {
  return new BodyTooLargeError(`the request is larger than ${Math.round(mostBytes / 1024 / 1024)} MiB`)
}
