/** Where spans go: what the person set, unless the environment says otherwise. */
import type { Attributes } from '../model/span.ts'
import { attributeNames } from './attribute-names.ts'
import type { Environment } from './otel-environment.ts'
import { readOtelEnvironment, tracesUrl } from './otel-environment.ts'

export interface ChosenExport {
  /** A base such as `http://localhost:4318`, or a traces URL ending in `/v1/traces`. Empty: export nothing. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
}

export interface ResolvedExport {
  /** The traces URL; empty when nothing is to be exported. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly resource: Attributes
  /** The variable that decided the endpoint, or switched exporting off. */
  readonly fromEnvironment: string | undefined
  /** What is wrong with variables or settings, one sentence each, without values that may be secret. */
  readonly problems: readonly string[]
}

/** OpenTelemetry's own default. */
const defaultTimeoutMs = 10_000

/**
 * Resolves settings against the environment, which wins. Headers go where their author meant them: those of the
 * settings never travel to an endpoint that the environment names.
 */
export function resolveExport(
  chosen: ChosenExport,
  env: Environment,
  program: { readonly version: string },
): ResolvedExport {
  const given = readOtelEnvironment(env)
  const problems = [...given.problems]
  const typed = chosen.endpoint.trim()
  const settled = typed === '' ? '' : (typedUrl(typed) ?? '')
  if (typed !== '' && settled === '') problems.push('the endpoint in the settings is not an http or https URL')
  return {
    endpoint: given.disabledBy !== undefined ? '' : (given.endpoint?.url ?? settled),
    headers: given.endpoint !== undefined ? given.headers : { ...chosen.headers, ...given.headers },
    timeoutMs: given.timeoutMs ?? defaultTimeoutMs,
    resource: {
      [attributeNames.serviceName]: 'taskscope',
      [attributeNames.serviceVersion]: program.version,
      ...given.resource,
    },
    fromEnvironment: given.disabledBy ?? given.endpoint?.variable,
    problems,
  }
}

/** People paste either form: a URL that ends in `/v1/traces` is meant as it stands. */
function typedUrl(text: string): string | undefined {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const base = tracesUrl(withScheme)
  if (base === undefined) return undefined
  const path = new URL(withScheme).pathname.replace(/\/+$/, '')
  return path.endsWith('/v1/traces') ? withScheme : base
}
