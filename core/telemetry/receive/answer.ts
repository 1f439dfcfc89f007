/**
 * What the receiver answers, in the encoding of the request (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response):
 * a success that may tell of rejected spans or logs, or a `Status` with one sentence.
 */
import type { OtlpEncoding, OtlpSignal } from './decode-request.ts'
import { logsProto, traceProto } from './otlp-proto.ts'

export interface Answer {
  readonly contentType: string
  readonly body: Uint8Array
}

const contentTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** gRPC's codes, as far as they are said here (https://grpc.io/docs/guides/status-codes/). */
const statusCodes: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 12, 405: 12, 413: 8, 503: 14 }
const invalidArgument = 3

export function acceptedAnswer(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  rejected: number,
  why: string | undefined,
): Answer {
  const field = signal === 'traces' ? 'rejectedSpans' : 'rejectedLogRecords'
  const partialSuccess = rejected > 0 ? { [field]: rejected, errorMessage: why ?? '' } : undefined
  const message = partialSuccess === undefined ? {} : { partialSuccess }
  if (encoding === 'protobuf') {
    const response = signal === 'traces' ? traceProto.ExportTraceServiceResponse : logsProto.ExportLogsServiceResponse
    return { contentType: contentTypes.protobuf, body: response.encode(message).finish() }
  }
  // JSON has 64-bit numbers as text.
  const said = partialSuccess === undefined ? {} : { partialSuccess: { ...partialSuccess, [field]: String(rejected) } }
  return { contentType: contentTypes.json, body: jsonBytes(said) }
}

export function refusedAnswer(httpStatus: number, text: string, encoding: OtlpEncoding): Answer {
  const code = statusCodes[httpStatus] ?? invalidArgument
  if (encoding === 'json') return { contentType: contentTypes.json, body: jsonBytes({ code, message: text }) }
  // `google.rpc.Status` begins with a number and a text, just as this message does, and has the same bytes.
  const body = traceProto.ExportTracePartialSuccess.encode({ rejectedSpans: code, errorMessage: text }).finish()
  return { contentType: contentTypes.protobuf, body }
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
