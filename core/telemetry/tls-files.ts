import { readFileSync } from 'node:fs'

/** What an encrypted connection to a collector is checked against and shows of itself, in PEM. */
export interface TlsFiles {
  /** Certificates that are trusted instead of those of the system. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** Reads a PEM file; `undefined` when it cannot be read or holds nothing of the kind. */
export function readPem(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return text.includes('-----BEGIN ') ? text : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
