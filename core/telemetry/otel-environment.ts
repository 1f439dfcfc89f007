/**
 * The standard variables of OpenTelemetry that concern where spans go and what they say about this program, parsed
 * as the specification says: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. An empty variable counts as
 * unset; one that cannot be read is ignored and named in `problems`.
 */
import type { Compression, ExportProtocol } from '../model/chosen-export.ts'
import type { Attributes } from '../model/span.ts'
import { readPem, type TlsFiles } from './tls-files.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A value, and the variable that it comes from. */
export interface Given<T> {
  readonly value: T
  readonly variable: string
}

export interface OtelEnvironment {
  /** The variable that switches exporting off altogether, when one does. */
  readonly disabledBy: string | undefined
  readonly endpoint: Given<string> | undefined
  /** Where metrics go when that is said apart. */
  readonly metricsEndpoint: string | undefined
  readonly protocol: Given<ExportProtocol> | undefined
  readonly compression: Given<Compression> | undefined
  /** Whether metrics are exported, when a variable says so. */
  readonly metrics: Given<boolean> | undefined
  readonly metricIntervalMs: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number | undefined
  /** Certificates of encrypted connections; absent when no variable names one. */
  readonly tls: TlsFiles | undefined
  /** `service.name` and other attributes of the resource. */
  readonly resource: Attributes
  /** One sentence each. They name variables, never values: a value may be a secret. */
  readonly problems: readonly string[]
}

export function readOtelEnvironment(env: Environment): OtelEnvironment {
  const problems: string[] = []
  const value = (name: string): string | undefined => {
    const text = env[name]?.trim()
    return text === '' ? undefined : text
  }
  const read = <T>(name: string, parse: (text: string) => T | undefined, wanted: string): T | undefined => {
    const text = value(name)
    if (text === undefined) return undefined
    const parsed = parse(text)
    if (parsed === undefined) problems.push(`${name} is ignored: it is not ${wanted}`)
    return parsed
  }

  /** The variable of traces wins over that of all signals. */
  const either = <T>(what: string, parse: (text: string) => T | undefined, wanted: string): Given<T> | undefined => {
    for (const variable of [`OTEL_EXPORTER_OTLP_TRACES_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
      const parsed = read(variable, parse, wanted)
      if (parsed !== undefined) return { value: parsed, variable }
    }
    return undefined
  }

  const protocol = either('PROTOCOL', protocolOf, protocolsWanted)
  const metricsExporter = value('OTEL_METRICS_EXPORTER')?.toLowerCase()
  const traces = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', wholeUrl, 'an http or https URL')
  const base = read(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    protocol?.value === 'grpc' ? wholeUrl : tracesUrl,
    'an http or https URL',
  )
  return {
    disabledBy:
      value('OTEL_SDK_DISABLED')?.toLowerCase() === 'true'
        ? 'OTEL_SDK_DISABLED'
        : value('OTEL_TRACES_EXPORTER')?.toLowerCase() === 'none'
          ? 'OTEL_TRACES_EXPORTER'
          : undefined,
    endpoint:
      traces !== undefined
        ? { value: traces, variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' }
        : base !== undefined
          ? { value: base, variable: 'OTEL_EXPORTER_OTLP_ENDPOINT' }
          : undefined,
    metricsEndpoint: read('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', wholeUrl, 'an http or https URL'),
    protocol,
    compression: either('COMPRESSION', compressionOf, 'gzip or none'),
    metrics:
      metricsExporter === undefined
        ? undefined
        : { value: metricsExporter !== 'none', variable: 'OTEL_METRICS_EXPORTER' },
    metricIntervalMs: read('OTEL_METRIC_EXPORT_INTERVAL', milliseconds, 'a number of milliseconds'),
    headers: {
      ...read('OTEL_EXPORTER_OTLP_HEADERS', pairs, 'a list of name=value'),
      ...read('OTEL_EXPORTER_OTLP_TRACES_HEADERS', pairs, 'a list of name=value'),
    },
    timeoutMs: either('TIMEOUT', milliseconds, 'a number of milliseconds')?.value,
    tls: tlsFiles(
      either('CERTIFICATE', readPem, 'a certificate file in PEM')?.value,
      either('CLIENT_CERTIFICATE', readPem, 'a certificate file in PEM')?.value,
      either('CLIENT_KEY', readPem, 'a key file in PEM')?.value,
    ),
    resource: resource(value('OTEL_SERVICE_NAME'), read('OTEL_RESOURCE_ATTRIBUTES', pairs, 'a list of name=value')),
    problems,
  }
}

/**
 * The traces URL of a base endpoint: `v1/traces` below its path, its query kept. `undefined` for what is not an
 * http or https URL.
 */
export function tracesUrl(base: string): string | undefined {
  const url = httpUrl(base)
  if (url === undefined) return undefined
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`
  return url.href
}

const protocolsWanted = 'grpc, http/protobuf or http/json'

function protocolOf(text: string): ExportProtocol | undefined {
  return text === 'grpc' || text === 'http/protobuf' || text === 'http/json' ? text : undefined
}

function compressionOf(text: string): Compression | undefined {
  return text === 'gzip' || text === 'none' ? text : undefined
}

/** A URL that is used as it is; without a path it gets the root path. */
function wholeUrl(text: string): string | undefined {
  return httpUrl(text)?.href
}

function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}

function milliseconds(text: string): number | undefined {
  const ms = Number(text)
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

/** `a=1,b=two%20words`, as in W3C Baggage without its properties; all or nothing, as the specification wants. */
function pairs(text: string): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {}
  for (const member of text.split(',')) {
    if (member.trim() === '') continue
    const equals = member.indexOf('=')
    if (equals <= 0) return undefined
    const key = decoded(member.slice(0, equals).trim())
    const value = decoded(member.slice(equals + 1).trim())
    if (key === undefined || key === '' || value === undefined) return undefined
    found[key] = value
  }
  return found
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function tlsFiles(ca?: string, cert?: string, key?: string): TlsFiles | undefined {
  return ca === undefined && cert === undefined && key === undefined ? undefined : { ca, cert, key }
}

/** `OTEL_SERVICE_NAME` wins over a `service.name` among the attributes. */
function resource(serviceName: string | undefined, attributes: Readonly<Record<string, string>> = {}): Attributes {
  return serviceName === undefined ? attributes : { ...attributes, 'service.name': serviceName }
}
