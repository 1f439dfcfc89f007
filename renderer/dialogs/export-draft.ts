/** Export settings while they are edited, and what is wrong with them. */
import type { ExportDestination, ExportSettings, WantedExport } from '../../core/feed/app-commands.ts'
import type { NameValue } from './name-values.tsx'

export interface DestinationDraft {
  readonly endpoint: string
  readonly protocol: NonNullable<ExportDestination['protocol']>
  readonly compression: NonNullable<ExportDestination['compression']>
  readonly headers: readonly NameValue[]
}

export interface ExportDraft {
  /** At least one. */
  readonly destinations: readonly DestinationDraft[]
  /** One pattern per line. */
  readonly redact: string
  readonly metrics: boolean
}

export const emptyDestination: DestinationDraft = {
  endpoint: '',
  protocol: 'http/protobuf',
  compression: 'none',
  headers: [],
}

export function draftOf(settings: ExportSettings): ExportDraft {
  return {
    destinations: [settings, ...(settings.also ?? [])].map(destinationDraft),
    redact: (settings.redact ?? []).join('\n'),
    metrics: settings.metrics ?? false,
  }
}

/** What main is asked for. Defaults are left out, so that settings stay as small as the person left them. */
export function wantedExport({ destinations, redact, metrics }: ExportDraft): WantedExport {
  const [first = emptyDestination, ...others] = destinations
  const also = others.filter(({ endpoint }) => endpoint.trim() !== '').map(wantedDestination)
  const patterns = redact
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return {
    ...wantedDestination(first),
    ...(also.length > 0 && { also }),
    ...(patterns.length > 0 && { redact: patterns }),
    ...(metrics && { metrics }),
  }
}

export function wantedDestination(draft: DestinationDraft): ExportDestination {
  const { endpoint, protocol, compression, headers } = draft
  const named = headers.filter(({ name }) => name.trim() !== '')
  return {
    endpoint: endpoint.trim(),
    headers: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
    ...(protocol !== 'http/protobuf' && { protocol }),
    ...(compression !== 'none' && { compression }),
  }
}

/** What is wrong with an endpoint, or `undefined`. */
export function endpointProblem({ endpoint, protocol }: DestinationDraft): string | undefined {
  const text = endpoint.trim()
  if (text === '') return undefined
  if (protocol === 'file') {
    return /^(\/|[a-z]:[\\/]|file:)/i.test(text) ? undefined : 'this is no full path like /home/me/spans.jsonl'
  }
  if (!URL.canParse(text)) return 'this is no full address like http://localhost:4318'
  return /^https?:$/.test(new URL(text).protocol) ? undefined : 'the address must begin with http:// or https://'
}

function destinationDraft(destination: ExportDestination): DestinationDraft {
  return {
    endpoint: destination.endpoint,
    protocol: destination.protocol ?? 'http/protobuf',
    compression: destination.compression ?? 'none',
    headers: Object.entries(destination.headers).map(([name, value]) => ({ name, value })),
  }
}
