/**
 * OTLP JSON lines in a file (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/): one request, one line. A
 * file that has grown to its bound becomes `<name>.1`, in the place of the one before, and a new one is begun.
 */
import { open, rename } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Attributes } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt } from './collector-answer.ts'
import type { OtlpPayload, OtlpSender } from './otlp-payload.ts'
import { createRequestEncoder } from './otlp-request.ts'

export interface OtlpFileOptions {
  /** An absolute path, or a `file:` URL. Its folder must exist; the file is made for its owner only. */
  readonly endpoint: string
  readonly resource: Attributes
  /** Bytes of one file; 128 MiB by default. With the one before it, twice as much may lie on disk. */
  readonly maxBytes?: number
}

export function createOtlpFileSender(options: OtlpFileOptions): OtlpSender {
  const encode = createRequestEncoder(options.resource, 'json')
  const path = filePath(options.endpoint)
  const { maxBytes = 128 * 2 ** 20 } = options
  /** One line after the other. */
  let last: Promise<unknown> = Promise.resolve()

  /** Moves a full file out of the way. */
  async function makeRoom(path: string, length: number): Promise<void> {
    const file = await open(path, 'a', 0o600)
    let size: number
    try {
      size = (await file.stat()).size
    } finally {
      await file.close()
    }
    if (size > 0 && size + length > maxBytes) await rename(path, `${path}.1`)
  }

  async function append(path: string, payload: OtlpPayload): Promise<CollectorAnswer> {
    const line = Buffer.concat([encode(payload), Buffer.from('\n')])
    try {
      await makeRoom(path, line.length)
      const file = await open(path, 'a', 0o600)
      try {
        const { size } = await file.stat()
        await file.appendFile(line).catch(async (error: unknown) => {
          // A full disk may take a part of a line.
          await file.truncate(size)
          throw error
        })
      } finally {
        await file.close()
      }
    } catch (error) {
      return { kind: 'later', text: `the file cannot be written: ${excerpt(String(error))}` }
    }
    return { kind: 'taken', status: 200, rejected: 0, text: `written to ${path}` }
  }

  return {
    shownEndpoint: path ?? '',
    send(payload) {
      if (path === undefined) return Promise.resolve({ kind: 'refused', text: 'the file needs an absolute path' })
      const written = last.then(() => append(path, payload))
      last = written
      return written
    },
    close() {
      // The file is open only while a line is written.
    },
  }
}

/** The path that a person or a variable names, or `undefined` when it is not absolute. */
export function filePath(endpoint: string): string | undefined {
  try {
    const path = endpoint.startsWith('file:') ? fileURLToPath(endpoint) : endpoint
    return isAbsolute(path) ? path : undefined
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
