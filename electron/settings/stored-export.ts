/** Export settings between the disk and the exporter. Header values are on disk only as the operating system sealed them. */
import type { ExportDestination, ExportSettings } from '../../core/feed/app-commands.ts'
import type { ChosenDestination, ChosenExport } from '../../core/telemetry/export-settings.ts'
import { seal, unseal } from './sealed-headers.ts'
import type { StoredDestination, StoredSettings } from './settings-schema.ts'

export function storedExport(settings: Omit<ExportSettings, 'fromEnvironment'>): StoredSettings['export'] {
  return {
    ...storedDestination(settings),
    also: settings.also?.map(storedDestination),
    redact: settings.redact === undefined ? undefined : [...settings.redact],
    metrics: settings.metrics,
  }
}

export function chosenExport(stored: StoredSettings['export']): ChosenExport {
  const { also, redact, metrics } = stored
  return { ...chosenDestination(stored), also: also?.map(chosenDestination), redact, metrics }
}

/** Names of headers whose values could not be kept, each once: nothing is sent before they are entered again. */
export function missingHeaders(chosen: ChosenExport): readonly string[] {
  const names = [chosen, ...(chosen.also ?? [])].flatMap(({ headers }) =>
    Object.keys(headers).filter((name) => headers[name] === ''),
  )
  return [...new Set(names)]
}

function storedDestination({ endpoint, headers, protocol, compression }: ExportDestination): StoredDestination {
  const sealedHeaders = seal(headers)
  const names = Object.keys(headers)
  return {
    endpoint,
    protocol,
    compression,
    sealedHeaders,
    headerNames: names.length > 0 ? names : undefined,
  }
}

function chosenDestination({
  endpoint,
  protocol,
  compression,
  sealedHeaders,
  headerNames,
}: StoredDestination): ChosenDestination {
  const unknown = Object.fromEntries((headerNames ?? []).map((name) => [name, '']))
  return { endpoint, headers: { ...unknown, ...unseal(sealedHeaders) }, protocol, compression }
}
