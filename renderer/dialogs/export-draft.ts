/** Export settings while they are edited, and what is wrong with them. */
import type { ExportSettings } from '../../core/feed/app-commands.ts'
import type { ChosenDestination, ChosenExport, Compression, ExportProtocol } from '../../core/model/chosen-export.ts'
import type { NameValue } from './name-values.tsx'

export interface DestinationDraft {
  readonly endpoint: string
  readonly protocol: ExportProtocol
  readonly compression: Compression
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
export function wantedExport({ destinations, redact, metrics }: ExportDraft): ChosenExport {
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

export function wantedDestination(draft: DestinationDraft): ChosenDestination {
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

function destinationDraft(destination: ChosenDestination): DestinationDraft {
  return {
    endpoint: destination.endpoint,
    protocol: destination.protocol ?? 'http/protobuf',
    compression: destination.compression ?? 'none',
    headers: Object.entries(destination.headers).map(([name, value]) => ({ name, value })),
  }
}
