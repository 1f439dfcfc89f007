/** From the body of an OTLP/HTTP request to its message, in either encoding (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request). */
import { logsProto, traceProto } from './otlp-proto.ts'
import type { WireMessage } from './wire-values.ts'

export type OtlpEncoding = 'protobuf' | 'json'

/** What a request carries: its path says so. */
export type OtlpSignal = 'traces' | 'logs'

/** The body is not a message of its kind. The text is one sentence for whoever sent it. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError'
}

const listField = { traces: 'resourceSpans', logs: 'resourceLogs' } as const
const decoders = { traces: traceProto.ExportTraceServiceRequest, logs: logsProto.ExportLogsServiceRequest } as const

/** Throws `UnreadableBodyError`. */
export function decodeRequest(body: Uint8Array, encoding: OtlpEncoding, signal: OtlpSignal): WireMessage {
  const message = encoding === 'json' ? fromJson(body) : fromProtobuf(body, signal)
  const field = listField[signal]
  const list = message[field]
  if (list !== undefined && !Array.isArray(list)) throw new UnreadableBodyError(`${field} is not a list`)
  return message
}

function fromProtobuf(body: Uint8Array, signal: OtlpSignal): WireMessage {
  try {
    return decoders[signal].decode(body)
  } catch (error) {
    // Nesting without end overflows the stack, which is a `RangeError` too.
    throw new UnreadableBodyError(`the body is not an OTLP ${signal} request in protobuf: ${(error as Error).message}`)
  }
}

function fromJson(body: Uint8Array): WireMessage {
  let message: unknown
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    const reason = (error as Error).message.replace(/["'`].*/s, '').trim()
    throw new UnreadableBodyError(`the body is not JSON: ${reason}`)
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new UnreadableBodyError('the body is not a JSON object')
  }
  return message as WireMessage
}
