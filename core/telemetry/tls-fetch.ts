/**
 * `fetch` with certificates of one's own, which the global one cannot have: one POST over HTTPS, whole bodies, no
 * redirects.
 */
import { Agent, request } from 'node:https'
import { Readable } from 'node:stream'
import type { Fetch } from './otlp-http-sender.ts'
import type { TlsFiles } from './tls-files.ts'

/** Statuses whose answers have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

export function createTlsFetch(tls: TlsFiles): Fetch {
  const agent = new Agent({ ...tls, keepAlive: true })
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          agent,
          method: method ?? 'POST',
          headers: Object.fromEntries(new Headers(headers)),
          ...(signal && { signal }),
        },
        (answer) => {
          const status = answer.statusCode ?? 0
          const told = new Headers()
          for (const [name, value] of Object.entries(answer.headers)) {
            for (const one of [value ?? []].flat()) told.append(name, one)
          }
          const stream = bodiless.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
          if (stream === null) answer.resume()
          resolve(new Response(stream, { status, headers: told }))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
}
