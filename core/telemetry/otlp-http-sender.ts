/** OTLP over HTTP, in protobuf or JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Compression } from '../model/chosen-export.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { Attributes } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt, refusedStatus, takenAnswer } from './collector-answer.ts'
import { parseTarget } from './collector-target.ts'
import type { OtlpPayload, OtlpSender } from './otlp-payload.ts'
import { createRequestEncoder, type OtlpFormat, readAnswer } from './otlp-request.ts'
import { askInTime } from './request-deadline.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface OtlpHttpOptions {
  /** Where traces go: the whole URL, usually ending in `/v1/traces`. */
  readonly endpoint: string
  /** Where metrics go; by default the endpoint with `/v1/metrics` in place of `/v1/traces`. */
  readonly metricsEndpoint?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Attributes
  readonly format: OtlpFormat
  readonly compression: Compression
  /** Milliseconds for a request and its answer. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly timers: Timers
  readonly fetch: Fetch
}

/** An answer longer than this is not an OTLP answer, bytes. */
const maxAnswerBytes = 65_536

const contentTypes: Readonly<Record<OtlpFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

const gzipped = promisify(gzip)

export function createOtlpHttpSender(options: OtlpHttpOptions): OtlpSender {
  const { clock, timers, timeoutMs, format, compression } = options
  const encode = createRequestEncoder(options.resource, format)
  const target = parseTarget(options.endpoint, options.headers)
  if (typeof target !== 'string') {
    target.headers.set('content-type', contentTypes[format])
    if (compression === 'gzip') target.headers.set('content-encoding', 'gzip')
  }
  const metricsUrl = options.metricsEndpoint ?? options.endpoint.replace(/\/v1\/traces\/?$/, '/v1/metrics')

  async function send(payload: OtlpPayload, signal?: AbortSignal): Promise<CollectorAnswer> {
    if (typeof target === 'string') return { kind: 'refused', text: target }
    let request: Uint8Array<ArrayBuffer>
    try {
      request = encode(payload)
      if (compression === 'gzip') request = await gzipped(request)
    } catch (error) {
      return { kind: 'refused', text: `the spans cannot be written as OTLP: ${excerpt(String(error))}` }
    }
    return askInTime({ target, timers, timeoutMs, outer: signal }, async (deadline) => {
      const response = await options.fetch(payload.kind === 'spans' ? target.url.href : metricsUrl, {
        method: 'POST',
        headers: target.headers,
        body: request,
        // Following a redirect would turn the POST into a GET, or carry the headers to another host.
        redirect: 'manual',
        signal: deadline,
      })
      return answerOf(response, payload)
    })
  }

  async function answerOf(response: Response, payload: OtlpPayload): Promise<CollectorAnswer> {
    const { status } = response
    let body: Uint8Array
    try {
      body = await readBody(response)
    } catch (error) {
      if (!response.ok) throw error
      // It has taken the spans: sending them again would double them.
      const text = `the collector answered ${status}, its answer was cut off`
      return { kind: 'taken', status, rejected: 0, text, unread: true }
    }
    return judge(response, body, payload)
  }

  function judge(response: Response, body: Uint8Array, payload: OtlpPayload): CollectorAnswer {
    const { status } = response
    const text = new TextDecoder().decode(body)
    if (status < 200 || status >= 300) return refusedStatus(status, text, response.headers, clock.now(), format)
    const type = response.headers.get('content-type') ?? ''
    if (body.length === 0) return takenAnswer(String(status), status, payload)
    const said = type.includes('json') ? 'json' : type.includes('protobuf') || type === '' ? 'protobuf' : undefined
    try {
      if (said !== undefined) return takenAnswer(String(status), status, payload, readAnswer(body, said, payload.kind))
    } catch {
      // Told below: whatever it is, it is no OTLP answer.
    }
    return { kind: 'refused', text: notOtlp(status, type, text), unsure: true }
  }

  return { shownEndpoint: typeof target === 'string' ? '' : target.shown, send, close: nothingToFree }
}

function nothingToFree(): void {
  // Connections belong to the process's own pool.
}

function notOtlp(status: number, type: string, body: string): string {
  const said = excerpt(body)
  return `the answer (${status}, ${type === '' ? 'no content type' : type}) is not an OTLP answer: is this an OTLP/HTTP endpoint?${said === '' ? '' : ` It said: ${said}`}`
}

async function readBody(response: Response): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
    // Leaving the loop cancels the stream.
    if (size > maxAnswerBytes) break
  }
  return Buffer.concat(chunks)
}
