/** OTLP JSON lines in a file (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/): one request, one line. */
import { open } from 'node:fs/promises'
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
}

export function createOtlpFileSender(options: OtlpFileOptions): OtlpSender {
  const encode = createRequestEncoder(options.resource, 'json')
  const path = filePath(options.endpoint)
  /** One line after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function append(path: string, payload: OtlpPayload): Promise<CollectorAnswer> {
    const line = Buffer.concat([encode(payload), Buffer.from('\n')])
    try {
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
