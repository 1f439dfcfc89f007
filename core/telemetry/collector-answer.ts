/**
 * What became of one request to a collector, as the exporter needs it (try again or not) and as a person reads it.
 * Texts never hold header values.
 */
import { type OtlpPayload, payloadWord } from './otlp-payload.ts'

export type CollectorAnswer =
  /**
   * It took the request; `rejected` of its spans it did not keep (OTLP partial success). `unread` when that part of its
   * answer never came.
   */
  | {
      readonly kind: 'taken'
      readonly status: number
      readonly rejected: number
      readonly text: string
      readonly unread?: true
    }
  /**
   * Not now: worth trying again, not before `afterMs` when the collector named a time. `unsure` when nobody said whether
   * the request arrived.
   */
  | { readonly kind: 'later'; readonly text: string; readonly afterMs?: number; readonly unsure?: true }
  /** Never: the same request would be refused again. `unsure` when it may have been taken all the same. */
  | { readonly kind: 'refused'; readonly text: string; readonly unsure?: true }

/** Codes that OTLP calls retryable (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const retryableStatus: readonly number[] = [429, 502, 503, 504]

/** Answers of something between us and the collector, which may have got the request and not answered in time. */
const gatewayStatus: readonly number[] = [502, 504]

/** Longest wait that a collector may ask for, milliseconds. */
export const maxRetryAfterMs = 300_000

/** Longest piece of a body that is shown. */
const maxExcerpt = 200

/** What a collector says in the body of its answer to a request that it took. */
export interface PartialSuccess {
  /** Spans or data points that it did not keep although it took the request. */
  readonly rejected: number
  readonly message: string | undefined
}

/** A request that was taken, perhaps not in whole. `answered` is the status in words. */
export function takenAnswer(
  answered: string,
  status: number,
  payload: OtlpPayload,
  said: PartialSuccess = { rejected: 0, message: undefined },
): Extract<CollectorAnswer, { readonly kind: 'taken' }> {
  const { rejected } = said
  const message = said.message === undefined ? '' : `: ${excerpt(said.message)}`
  const which = rejected > 0 ? ` and rejected ${rejected} ${payloadWord(payload, rejected)}` : ''
  return { kind: 'taken', status, rejected, text: `the collector answered ${answered}${which}${message}` }
}

/** Judges an HTTP status that is not a success. `body` is the beginning of the answer as text. */
export function refusedStatus(
  status: number,
  body: string,
  headers: { get(name: string): string | null },
  now: number,
  spoken: 'protobuf' | 'json' | 'grpc' = 'protobuf',
): CollectorAnswer {
  const said = excerpt(body)
  const text = `the collector answered ${status}${statusHint(status, spoken)}${said === '' ? '' : `: ${said}`}`
  if (!retryableStatus.includes(status)) return { kind: 'refused', text }
  const afterMs = retryAfterMs(headers.get('retry-after'), now)
  const unsure = gatewayStatus.includes(status)
  return { kind: 'later', text, ...(afterMs !== undefined && { afterMs }), ...(unsure && { unsure }) }
}

/** A request without any answer: to be tried again. What never got a connection certainly did not arrive. */
export function noAnswer(error: unknown, host: string): CollectorAnswer {
  const code = errorCode(rootCause(error))
  const sure = code !== undefined && (neverConnected.has(code) || code.startsWith('ERR_TLS') || code.includes('CERT'))
  return { kind: 'later', text: noAnswerText(error, host), ...(!sure && { unsure: true }) }
}

const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Reads `Retry-After`: seconds, or an HTTP date (RFC 9110 §10.2.3). Anything else counts as absent. */
function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const trimmed = value.trim()
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1000 : Date.parse(trimmed) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxRetryAfterMs) : undefined
}

/** Says why a request got no answer at all. */
function noAnswerText(error: unknown, host: string): string {
  const cause = rootCause(error)
  const code = errorCode(cause)
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${host} (connection refused)`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${host} cannot be found`
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return `${host} closed the connection without an answer`
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `${host} did not accept a connection in time`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${host} cannot be reached from here`
    default: {
      // Undici's parser error has a code only sometimes.
      if (code?.startsWith('HPE_') === true || (cause instanceof Error && cause.name === 'HTTPParserError'))
        return `${host} does not speak HTTP`
      const message = cause instanceof Error ? cause.message : String(cause)
      return `the request to ${host} failed: ${excerpt(message)}${code === undefined ? '' : ` (${code})`}`
    }
  }
}

/** The beginning of a body on one line, without control characters. */
export function excerpt(body: string): string {
  const line = body
    .slice(0, maxExcerpt * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return line.length <= maxExcerpt ? line : `${line.slice(0, maxExcerpt - 1)}…`
}

function statusHint(status: number, spoken: string): string {
  switch (status) {
    case 401:
    case 403:
      return ' (it wants other credentials: see the headers)'
    case 404:
    case 405:
      return ' (no OTLP endpoint at this address)'
    case 413:
      return ' (the request is too large for it)'
    case 415:
      return spoken === 'grpc' ? '' : ` (it does not take ${spoken === 'json' ? 'JSON' : 'protobuf'} over HTTP)`
    default:
      return status >= 300 && status < 400 ? ' (a redirect: enter the address it points to)' : ''
  }
}

function rootCause(error: unknown): unknown {
  let cause = error
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    // Node tries several addresses and gathers their errors.
    if (cause instanceof AggregateError && cause.errors.length > 0) cause = cause.errors[0]
    else if (cause.cause !== undefined) cause = cause.cause
    else break
  }
  return cause
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
