/** Which requests are looked at, judged by their first lines alone. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLocalHost, isLocalOrigin } from '../../system/local-origin.ts'
import type { OtlpEncoding, OtlpSignal } from './decode-request.ts'

export interface AskedFor {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

export interface GuardOptions {
  /** The port that is listened on; the `Host` header must name it. */
  readonly port: number
  /** What programs must bring along as `Authorization: Bearer …`; without it every program of this machine may send. */
  readonly token: string | undefined
}

export type Verdict =
  | {
      readonly ok: true
      readonly signal: OtlpSignal
      readonly encoding: OtlpEncoding
      readonly gzip: boolean
    }
  | { readonly ok: false; readonly status: number; readonly text: string }

const signals: Readonly<Record<string, OtlpSignal>> = { '/v1/traces': 'traces', '/v1/logs': 'logs' }
const encodings: Readonly<Record<string, OtlpEncoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/json': 'json',
}

export function judgeRequest(request: AskedFor, { port, token }: GuardOptions): Verdict {
  const { headers, method } = request
  if (!isLocalHost(headers.host, port)) {
    return refuse(403, `ask for localhost:${port}; this receiver answers to names of this machine only`)
  }
  if (!isLocalOrigin(headers.origin)) {
    return refuse(403, 'web pages of other sites may not send here')
  }
  const path = request.url?.split('?')[0] ?? ''
  const signal = signals[path]
  if (signal === undefined) {
    const hint = path === '/v1/metrics' ? 'metrics are not received' : `there is nothing at ${path.slice(0, 100)}`
    return refuse(404, `${hint}: send spans to /v1/traces and logs to /v1/logs`)
  }
  if (method !== 'POST') return refuse(405, 'OTLP requests are sent with POST')
  if (token !== undefined && !hasToken(headers.authorization, token)) {
    return refuse(401, 'a token is wanted: send the header that Taskscope shows under Export, Receive')
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const encoding = Object.hasOwn(encodings, type) ? encodings[type] : undefined
  if (encoding === undefined) return refuse(415, 'send application/x-protobuf or application/json')
  const packing = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (packing !== 'gzip' && packing !== 'identity' && packing !== '') {
    return refuse(415, 'send it as it is, or with the content encoding gzip')
  }
  return { ok: true, signal, encoding, gzip: packing === 'gzip' }
}

function refuse(status: number, text: string): Verdict {
  return { ok: false, status, text }
}

/** Compares digests, which are of one length whatever was sent. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const sent = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(sent), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
