/**
 * What programs that we launch get told so that their spans come here. A person's own word about where spans go always
 * stands: then nothing is added (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 */

type Environment = Readonly<Record<string, string | undefined>>

/** Any of these says that the person has a plan for this program's telemetry. */
const ownWord = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_TRACES_EXPORTER',
  'OTEL_SDK_DISABLED',
] as const

/**
 * @param given what the program gets in any case.
 * @returns what is to be added to it.
 */
export function receiverEnvironment(
  receiver: { readonly port: number; readonly token: string | undefined },
  given: Environment,
): Readonly<Record<string, string>> {
  const protocol = given.OTEL_EXPORTER_OTLP_PROTOCOL
  if (ownWord.some((name) => (given[name] ?? '') !== '')) return {}
  if (protocol !== undefined && !protocol.startsWith('http/')) return {}
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
    // Some SDKs would speak gRPC unless told.
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol ?? 'http/protobuf',
    // Metrics are not received, and without this an SDK would complain about that every minute.
    OTEL_METRICS_EXPORTER: given.OTEL_METRICS_EXPORTER ?? 'none',
    ...(receiver.token !== undefined && { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${receiver.token}` }),
  }
}
