/** Where spans go: what the person set, unless the environment says otherwise. */
import type { ChosenDestination, ChosenExport, Compression, ExportProtocol } from '../model/chosen-export.ts'
import type { DecidedExport } from '../model/decided-export.ts'
import type { Attributes } from '../model/span.ts'
import { attributeNames } from './attribute-names.ts'
import type { Environment, OtelEnvironment } from './otel-environment.ts'
import { readOtelEnvironment, tracesUrl } from './otel-environment.ts'
import { filePath } from './otlp-file-sender.ts'
import type { TlsFiles } from './tls-files.ts'

/** A destination in the form that a sender takes. */
export interface ResolvedDestination {
  /** The traces URL, the gRPC endpoint or the file; empty when nothing is to be exported. */
  readonly endpoint: string
  readonly metricsEndpoint: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly protocol: ExportProtocol
  readonly compression: Compression
  readonly timeoutMs: number
  readonly missingHeaders: readonly string[]
  readonly tls?: TlsFiles | undefined
}

export interface ResolvedExport extends ResolvedDestination {
  readonly also: readonly ResolvedDestination[]
  readonly redact: readonly string[]
  readonly metrics: boolean
  readonly metricIntervalMs: number
  readonly resource: Attributes
  /** The variable that decided the endpoint, or switched exporting off. */
  readonly fromEnvironment: string | undefined
  /** Of the first destination, and of metrics. */
  readonly decided: DecidedExport
  /** What is wrong with variables or settings, one sentence each, without values that may be secret. */
  readonly problems: readonly string[]
}

/** OpenTelemetry's own defaults. */
const defaultTimeoutMs = 10_000
const defaultMetricIntervalMs = 60_000

/**
 * Resolves settings against the environment, which wins over the first destination. Headers go where their author
 * meant them: those of the settings never travel to an endpoint that the environment names.
 */
export function resolveExport(
  chosen: ChosenExport,
  env: Environment,
  program: { readonly version: string },
): ResolvedExport {
  const given = readOtelEnvironment(env)
  const problems = [...given.problems]
  const timeoutMs = given.timeoutMs ?? defaultTimeoutMs
  const settled = settle(chosen, timeoutMs, problems)
  const first =
    given.endpoint === undefined ? withVariables(settled, given) : fromVariables(given.endpoint.value, given, timeoutMs)
  const off = given.disabledBy !== undefined
  return {
    ...first,
    endpoint: off ? '' : first.endpoint,
    also: off ? [] : (chosen.also ?? []).map((one) => settle(one, timeoutMs, problems)).filter(isOn),
    redact: chosen.redact ?? [],
    metrics: given.metrics?.value ?? chosen.metrics ?? false,
    metricIntervalMs: given.metricIntervalMs ?? defaultMetricIntervalMs,
    resource: {
      [attributeNames.serviceName]: 'taskscope',
      [attributeNames.serviceVersion]: program.version,
      ...given.resource,
    },
    fromEnvironment: given.disabledBy ?? given.endpoint?.variable,
    decided: decide(first, given),
    problems,
  }
}

/** The destinations that something is sent to. */
export function destinationsOf(resolved: ResolvedExport): readonly ResolvedDestination[] {
  return [resolved, ...resolved.also].filter(isOn)
}

function isOn(destination: ResolvedDestination): boolean {
  return destination.endpoint !== ''
}

function settle(chosen: ChosenDestination, timeoutMs: number, problems: string[]): ResolvedDestination {
  const protocol = chosen.protocol ?? 'http/protobuf'
  const typed = chosen.endpoint.trim()
  const endpoint = typed === '' ? '' : (typedEndpoint(typed, protocol) ?? '')
  if (typed !== '' && endpoint === '') problems.push(`the endpoint in the settings is not an ${wanted(protocol)}`)
  return {
    endpoint,
    metricsEndpoint: undefined,
    headers: chosen.headers,
    protocol,
    compression: chosen.compression ?? 'none',
    timeoutMs,
    missingHeaders: Object.keys(chosen.headers).filter((name) => chosen.headers[name] === ''),
  }
}

/** The person's own endpoint; variables may still say how to speak to it. */
function withVariables(settled: ResolvedDestination, given: OtelEnvironment): ResolvedDestination {
  if (settled.protocol === 'file') return settled
  return {
    ...settled,
    headers: { ...settled.headers, ...given.headers },
    protocol: given.protocol?.value ?? settled.protocol,
    compression: given.compression?.value ?? settled.compression,
    metricsEndpoint: given.metricsEndpoint,
    tls: given.tls,
  }
}

function fromVariables(endpoint: string, given: OtelEnvironment, timeoutMs: number): ResolvedDestination {
  return {
    endpoint,
    metricsEndpoint: given.metricsEndpoint,
    headers: given.headers,
    protocol: given.protocol?.value ?? 'http/protobuf',
    compression: given.compression?.value ?? 'none',
    timeoutMs,
    missingHeaders: [],
    tls: given.tls,
  }
}

/** An endpoint of the environment brings with it how it is spoken to, by default if need be. */
function decide({ protocol }: ResolvedDestination, given: OtelEnvironment): DecidedExport {
  const metrics = given.metrics?.variable
  // Variables say nothing of files.
  if (protocol === 'file') return { ...(metrics && { metrics }) }
  const way = given.protocol?.variable ?? given.endpoint?.variable
  const compression = given.compression?.variable ?? given.endpoint?.variable
  return { ...(way && { protocol: way }), ...(compression && { compression }), ...(metrics && { metrics }) }
}

function typedEndpoint(text: string, protocol: ExportProtocol): string | undefined {
  if (protocol === 'file') return filePath(text)
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const traces = tracesUrl(withScheme)
  if (traces === undefined) return undefined
  if (protocol === 'grpc') return new URL(withScheme).href
  // People paste either form: a URL that ends in `/v1/traces` is meant as it stands.
  const path = new URL(withScheme).pathname.replace(/\/+$/, '')
  return path.endsWith('/v1/traces') ? withScheme : traces
}

function wanted(protocol: ExportProtocol): string {
  return protocol === 'file' ? 'absolute path' : 'http or https URL'
}
