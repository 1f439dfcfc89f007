/** Where spans go and how, as a person chooses it: in the window, on disk and to the exporter alike. */

/** The first three as in `OTEL_EXPORTER_OTLP_PROTOCOL`; `file` appends OTLP JSON lines. */
export const exportProtocols = ['http/protobuf', 'http/json', 'grpc', 'file'] as const

export type ExportProtocol = (typeof exportProtocols)[number]

export const compressions = ['none', 'gzip'] as const

export type Compression = (typeof compressions)[number]

export interface ChosenDestination {
  /**
   * Over HTTP a base such as `http://localhost:4318` or a traces URL ending in `/v1/traces`, over gRPC a host and port,
   * else an absolute path. Empty: export nothing.
   */
  readonly endpoint: string
  /** A header with an empty value must still be entered: until then nothing is sent. */
  readonly headers: Readonly<Record<string, string>>
  /** `http/protobuf` by default. */
  readonly protocol?: ExportProtocol | undefined
  /** `none` by default. */
  readonly compression?: Compression | undefined
}

export interface ChosenExport extends ChosenDestination {
  /** Further destinations. */
  readonly also?: readonly ChosenDestination[] | undefined
  /** Names of attributes whose values do not leave; `*` stands for any characters. */
  readonly redact?: readonly string[] | undefined
  /** Export metrics as well. */
  readonly metrics?: boolean | undefined
}
