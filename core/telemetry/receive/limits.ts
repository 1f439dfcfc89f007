/** How much the receiver takes in. Nothing that other programs send may make it grow without bound. */
export interface ReceiveLimits {
  /** Of one request as it comes over the wire. */
  readonly bodyBytes: number
  /** Of one request when it is unpacked. */
  readonly unpackedBytes: number
  /** Of one request: messages and fields in protobuf, objects and lists in JSON. Small ones take far more room than they came in. */
  readonly bodyParts: number
  /** Of all requests that are being read or waited for together. */
  readonly readingBytes: number
  readonly connections: number
  /** For a request to arrive in whole, milliseconds. */
  readonly requestMs: number
  /** Spans and logs of one trace, and about what they take up. */
  readonly traceItems: number
  readonly traceBytes: number
  /** Of all traces with a task: so many are remembered, to know repetitions. */
  readonly knownItems: number
  /** Of traces without a task: how many spans and logs wait, what they take up, and for how long. */
  readonly waitingItems: number
  readonly waitingBytes: number
  readonly waitingMs: number
  /** Spans and logs on their way to the application; beyond, programs are asked to come again. */
  readonly underWay: number
}

const mebibyte = 1024 * 1024

export const receiveLimits: ReceiveLimits = {
  bodyBytes: 8 * mebibyte,
  unpackedBytes: 16 * mebibyte,
  bodyParts: 3_000_000,
  readingBytes: 64 * mebibyte,
  connections: 64,
  requestMs: 30_000,
  traceItems: 10_000,
  traceBytes: 16 * mebibyte,
  knownItems: 200_000,
  waitingItems: 20_000,
  waitingBytes: 32 * mebibyte,
  waitingMs: 5 * 60_000,
  underWay: 40_000,
}

/** Of one span or log, as OpenTelemetry's own limits have it (https://opentelemetry.io/docs/specs/otel/common/#attribute-limits). */
export const itemLimits = {
  attributes: 64,
  textLength: 4096,
  nameLength: 512,
  events: 128,
  links: 32,
  /** Items of an array value, and depth of a nested one. */
  values: 64,
  depth: 4,
} as const
