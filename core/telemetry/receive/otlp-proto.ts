/** The protobuf code that OpenTelemetry generated from its official `.proto` files, as far as a receiver needs it. */
import root from 'opentelemetry-proto/build/src/generated/root.js'
import type { Reader } from 'protobufjs/minimal.js'
import type { WireMessage } from './wire-values.ts'

interface Decoder {
  /** Throws for what is not such a message. */
  decode(reader: Reader): WireMessage
}

interface Encoder {
  encode(message: object): { finish(): Uint8Array }
}

interface LogsAndTraces {
  readonly collector: {
    readonly trace: {
      readonly v1: {
        readonly ExportTraceServiceRequest: Decoder
        readonly ExportTraceServiceResponse: Encoder
        readonly ExportTracePartialSuccess: Encoder
      }
    }
    readonly logs: {
      readonly v1: { readonly ExportLogsServiceRequest: Decoder; readonly ExportLogsServiceResponse: Encoder }
    }
  }
}

/** Its own types are those of an untyped root. */
const { collector } = (root as unknown as { readonly opentelemetry: { readonly proto: LogsAndTraces } }).opentelemetry
  .proto

export const traceProto = collector.trace.v1
export const logsProto = collector.logs.v1
