/**
 * One request to a collector, from spans to an answer. It never throws and never waits longer than its time-out.
 * Header values stay in here: no text that comes out holds one.
 */
import type { Clock, Timers } from '../model/clock.ts'
import type { Attributes, SpanData } from '../model/span.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt, noAnswerText, refusedStatus } from './collector-answer.ts'
import { createRequestEncoder, readAnswer } from './otlp-request.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface OtlpSenderOptions {
  /** Where traces go: the whole URL, usually ending in `/v1/traces`. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Attributes
  /** Milliseconds for a request and its answer. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly timers: Timers
  readonly fetch: Fetch
}

export interface OtlpSender {
  /** The endpoint without credentials, for the screen. */
  readonly shownEndpoint: string
  /** Sends the spans as one request. `signal` gives the request up early. */
  send(spans: readonly SpanData[], signal?: AbortSignal): Promise<CollectorAnswer>
}

/** An answer longer than this is not an OTLP answer, bytes. */
const maxAnswerBytes = 65_536

const contentType = 'application/x-protobuf'

export function createOtlpSender(options: OtlpSenderOptions): OtlpSender {
  const { clock, timers, timeoutMs } = options
  const encode = createRequestEncoder(options.resource)
  const target = parseTarget(options.endpoint, options.headers)

  async function send(spans: readonly SpanData[], signal?: AbortSignal): Promise<CollectorAnswer> {
    if (typeof target === 'string') return { kind: 'refused', text: target }
    let request: Uint8Array<ArrayBuffer>
    try {
      request = encode(spans)
    } catch (error) {
      return { kind: 'refused', text: `the spans cannot be written as OTLP: ${excerpt(String(error))}` }
    }
    const abort = new AbortController()
    let timedOut = false
    const stopTimer = timers.after(timeoutMs, () => {
      timedOut = true
      abort.abort()
    })
    const giveUp = () => abort.abort()
    if (signal?.aborted === true) giveUp()
    signal?.addEventListener('abort', giveUp)
    try {
      const response = await options.fetch(target.url, {
        method: 'POST',
        headers: target.headers,
        body: request,
        // Following a redirect would turn the POST into a GET, or carry the headers to another host.
        redirect: 'manual',
        signal: abort.signal,
      })
      return hideSecrets(await answerOf(response))
    } catch (error) {
      const seconds = Math.round(timeoutMs / 100) / 10
      if (timedOut) return { kind: 'later', text: `${target.host} did not answer within ${seconds} s` }
      if (signal?.aborted === true) return { kind: 'later', text: 'given up: the exporter is closing' }
      return hideSecrets({ kind: 'later', text: noAnswerText(error, target.host) })
    } finally {
      stopTimer()
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async function answerOf(response: Response): Promise<CollectorAnswer> {
    const { status } = response
    let body: Uint8Array
    try {
      body = await readBody(response)
    } catch (error) {
      if (!response.ok) throw error
      // It has taken the spans: sending them again would double them.
      return { kind: 'taken', status, rejected: 0, text: `the collector answered ${status}, its answer was cut off` }
    }
    return judge(response, body)
  }

  function judge(response: Response, body: Uint8Array): CollectorAnswer {
    const { status } = response
    const text = new TextDecoder().decode(body)
    if (status < 200 || status >= 300) return refusedStatus(status, text, response.headers, clock.now())
    const type = response.headers.get('content-type') ?? ''
    if (body.length === 0 || type.includes('json')) return taken(status, 0, undefined)
    if (!type.includes('protobuf') && type !== '') {
      return { kind: 'refused', text: notOtlp(status, type, text) }
    }
    try {
      const answer = readAnswer(body)
      return taken(status, answer.rejected, answer.message)
    } catch {
      return { kind: 'refused', text: notOtlp(status, type, text) }
    }
  }

  /** A collector that echoes the request must not bring a secret onto the screen. */
  function hideSecrets(answer: CollectorAnswer): CollectorAnswer {
    let { text } = answer
    for (const value of typeof target === 'string' ? [] : target.secrets) text = text.replaceAll(value, '•••')
    return { ...answer, text }
  }

  return { shownEndpoint: typeof target === 'string' ? '' : target.shown, send }
}

interface Target {
  readonly url: string
  readonly host: string
  readonly shown: string
  readonly headers: Headers
  readonly secrets: readonly string[]
}

/** The parts of a usable endpoint, or one sentence why it is not usable. */
function parseTarget(endpoint: string, given: Readonly<Record<string, string>>): Target | string {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    return `not a URL: ${excerpt(endpoint)}`
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `spans go over http or https, not ${url.protocol}`
  }
  const headers = new Headers({ 'content-type': contentType, 'user-agent': 'taskscope' })
  if (url.username !== '') {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`)
    url.username = ''
    url.password = ''
  }
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value)
    } catch {
      return `the header ${excerpt(name)} has a name or value that HTTP does not allow`
    }
  }
  headers.set('content-type', contentType)
  const secrets = Object.values(given)
    .map((value) => value.trim())
    .filter((value) => value.length > 3)
  const shown = `${url.origin}${url.pathname}`
  return { url: url.href, host: url.host, shown, headers, secrets }
}

function taken(status: number, rejected: number, message: string | undefined): CollectorAnswer {
  const said = message === undefined ? '' : `: ${excerpt(message)}`
  if (rejected > 0) {
    const text = `the collector answered ${status} and rejected ${rejected} ${rejected === 1 ? 'span' : 'spans'}${said}`
    return { kind: 'taken', status, rejected, text }
  }
  return { kind: 'taken', status, rejected: 0, text: `the collector answered ${status}${said}` }
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
