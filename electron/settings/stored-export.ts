/** Export settings between the disk and the exporter. Header values are on disk only as the keychain sealed them. */
import { z } from 'zod'
import type { ChosenDestination, ChosenExport } from '../../core/model/chosen-export.ts'
import type { Keychain } from './keychain.ts'
import type { StoredDestination, StoredSettings } from './settings-schema.ts'

type Headers = Readonly<Record<string, string>>

const headersShape = z.record(z.string(), z.string())

export function storedExport(settings: ChosenExport, keychain: Keychain): StoredSettings['export'] {
  return {
    ...storedDestination(settings, keychain),
    also: settings.also?.map((one) => storedDestination(one, keychain)),
    redact: settings.redact === undefined ? undefined : [...settings.redact],
    metrics: settings.metrics,
  }
}

export function chosenExport(stored: StoredSettings['export'], keychain: Keychain): ChosenExport {
  const { also, redact, metrics } = stored
  return {
    ...chosenDestination(stored, keychain),
    also: also?.map((one) => chosenDestination(one, keychain)),
    redact,
    metrics,
  }
}

function storedDestination(
  { endpoint, headers, protocol, compression }: ChosenDestination,
  keychain: Keychain,
): StoredDestination {
  const names = Object.keys(headers)
  if (names.length === 0) return { endpoint, protocol, compression }
  return {
    endpoint,
    protocol,
    compression,
    sealedHeaders: keychain.seal(JSON.stringify(headers)),
    headerNames: names,
  }
}

function chosenDestination(
  { endpoint, protocol, compression, sealedHeaders, headerNames }: StoredDestination,
  keychain: Keychain,
): ChosenDestination {
  const unknown = Object.fromEntries((headerNames ?? []).map((name) => [name, '']))
  return { endpoint, headers: { ...unknown, ...unsealHeaders(sealedHeaders, keychain) }, protocol, compression }
}

function unsealHeaders(sealed: string | undefined, keychain: Keychain): Headers {
  const text = sealed === undefined ? undefined : keychain.unseal(sealed)
  return text === undefined ? {} : headersShape.parse(JSON.parse(text))
}
