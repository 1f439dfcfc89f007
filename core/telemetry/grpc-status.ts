/**
 * What a gRPC status means for an exporter (https://opentelemetry.io/docs/specs/otlp/#failures), with the wait that a
 * server may ask for in its status details.
 */
import type { CollectorAnswer } from './collector-answer.ts'
import { excerpt, maxRetryAfterMs } from './collector-answer.ts'

const names: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

const retryable: readonly number[] = [1, 4, 10, 11, 14, 15]
/** Those of them that do not say whether the request was carried out: cancelled, too late, lost. */
const unsureStatus: readonly number[] = [1, 4, 15]
const permissionDenied = 7
const resourceExhausted = 8
const unimplemented = 12
const unauthenticated = 16

/**
 * Judges a status that is not OK.
 * @param message `grpc-message` as it came, percent-encoded.
 * @param details `grpc-status-details-bin` as it came, base64.
 */
export function judgeStatus(status: number, message: string | undefined, details: string | undefined): CollectorAnswer {
  const said = excerpt(decoded(message ?? ''))
  const text = `the collector answered ${names[status] ?? `gRPC status ${status}`}${hint(status)}${said === '' ? '' : `: ${said}`}`
  const afterMs = details === undefined ? undefined : retryDelayMs(Buffer.from(details, 'base64'))
  if (!retryable.includes(status) && !(status === resourceExhausted && afterMs !== undefined)) {
    return { kind: 'refused', text }
  }
  const unsure = unsureStatus.includes(status)
  return { kind: 'later', text, ...(afterMs !== undefined && { afterMs }), ...(unsure && { unsure }) }
}

/**
 * The delay of a `google.rpc.RetryInfo` among the details of a `google.rpc.Status`, milliseconds
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto).
 */
export function retryDelayMs(status: Uint8Array): number | undefined {
  for (const any of messages(status, 3)) {
    const type = messages(any, 1)[0]
    if (type === undefined || !Buffer.from(type).toString().endsWith('/google.rpc.RetryInfo')) continue
    const info = messages(any, 2)[0]
    const duration = info === undefined ? undefined : messages(info, 1)[0]
    if (duration === undefined) return undefined
    const ms = (number(duration, 1) ?? 0) * 1000 + (number(duration, 2) ?? 0) / 1e6
    return Math.min(Math.max(ms, 0), maxRetryAfterMs)
  }
  return undefined
}

function hint(status: number): string {
  if (status === unauthenticated || status === permissionDenied) return ' (it wants other credentials: see the headers)'
  return status === unimplemented ? ' (no OTLP service at this address)' : ''
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}

interface Field {
  readonly number: number
  readonly value: number | Uint8Array
}

function messages(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  return fields(bytes).flatMap(({ number, value }) => (number === wanted && typeof value !== 'number' ? [value] : []))
}

function number(bytes: Uint8Array, wanted: number): number | undefined {
  const found = fields(bytes).find((field) => field.number === wanted)?.value
  return typeof found === 'number' ? found : undefined
}

/** The fields of one protobuf message, as far as they can be read. */
function fields(bytes: Uint8Array): readonly Field[] {
  const found: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at] ?? 0
      at += 1
      value += (byte & 127) * shift
      if (byte < 128) break
    }
    return value
  }
  while (at < bytes.length) {
    const tag = varint()
    switch (tag & 7) {
      case 0:
        found.push({ number: tag >>> 3, value: varint() })
        break
      case 1:
        at += 8
        break
      case 2: {
        const length = varint()
        found.push({ number: tag >>> 3, value: bytes.subarray(at, at + length) })
        at += length
        break
      }
      case 5:
        at += 4
        break
      default:
        return found
    }
  }
  return found
}
