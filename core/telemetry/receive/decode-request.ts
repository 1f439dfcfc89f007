/** From the body of an OTLP/HTTP request to its message, in either encoding (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request). */
import protobuf from 'protobufjs/minimal.js'
import { logsProto, traceProto } from './otlp-proto.ts'
import type { WireMessage } from './wire-values.ts'

export type OtlpEncoding = 'protobuf' | 'json'

/** What a request carries: its path says so. */
export type OtlpSignal = 'traces' | 'logs'

/** The body is not a message of its kind. The text is one sentence for whoever sent it. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError'
}

/** The body is of the right kind, and of more parts than are taken in. */
export class TooManyPartsError extends Error {
  override readonly name = 'TooManyPartsError'
}

const listField = { traces: 'resourceSpans', logs: 'resourceLogs' } as const
const decoders = { traces: traceProto.ExportTraceServiceRequest, logs: logsProto.ExportLogsServiceRequest } as const

/** Throws `UnreadableBodyError` or `TooManyPartsError`. */
export function decodeRequest(
  body: Uint8Array,
  encoding: OtlpEncoding,
  signal: OtlpSignal,
  mostParts: number,
): WireMessage {
  const message = encoding === 'json' ? fromJson(body, mostParts) : fromProtobuf(body, signal, mostParts)
  const field = listField[signal]
  const list = message[field]
  if (list !== undefined && !Array.isArray(list)) throw new UnreadableBodyError(`${field} is not a list`)
  return message
}

/** Counts what is read: the number of every field, and the length of every message, is such a number. */
class CountingReader extends protobuf.BufferReader {
  #left: number

  constructor(body: Uint8Array, most: number) {
    super(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    this.#left = most
  }

  override uint32(): number {
    this.#left -= 1
    if (this.#left < 0) throw tooManyParts()
    return super.uint32()
  }
}

function fromProtobuf(body: Uint8Array, signal: OtlpSignal, mostParts: number): WireMessage {
  try {
    return decoders[signal].decode(new CountingReader(body, mostParts))
  } catch (error) {
    if (error instanceof TooManyPartsError) throw error
    // Nesting without end overflows the stack, which is a `RangeError` too.
    throw new UnreadableBodyError(`the body is not an OTLP ${signal} request in protobuf: ${(error as Error).message}`)
  }
}

function fromJson(body: Uint8Array, mostParts: number): WireMessage {
  let parts = 0
  // Brackets in texts count too; nobody has so many of them.
  for (const byte of body) if (byte === openBrace || byte === openBracket) parts += 1
  if (parts > mostParts) throw tooManyParts()
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

const openBrace = 0x7b
const openBracket = 0x5b

function tooManyParts(): TooManyPartsError {
  return new TooManyPartsError('the request has more parts than are taken in: send fewer spans or logs at once')
}
