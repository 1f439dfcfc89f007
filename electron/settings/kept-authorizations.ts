/**
 * What was authorized at MCP servers, kept between runs only where the operating system can encrypt it for this user
 * (https://www.electronjs.org/docs/latest/api/safe-storage); elsewhere for this run only. The file names no server, and
 * nothing in it can be read without the keychain. One that cannot be read counts as empty: the person is asked again.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { safeStorage } from 'electron'
import { z } from 'zod'
import type { AuthorizationStore, StoredAuthorization } from '../../core/mcp/client/oauth/stored-authorization.ts'
import { canSeal } from './sealed-headers.ts'

const maxServers = 100
const sealedByServer = z.record(z.string(), z.string())

export interface KeptAuthorizations {
  /** The memory for the server at this address. */
  of(url: string): AuthorizationStore
}

export function openKeptAuthorizations(path: string): KeptAuthorizations {
  const sealed = new Map<string, string>()
  const open = new Map<string, StoredAuthorization>()
  let loaded = false

  /** Not before it is needed: the keychain may ask the person. */
  function load(): void {
    if (loaded) return
    loaded = true
    try {
      for (const [key, text] of Object.entries(sealedByServer.parse(JSON.parse(readFileSync(path, 'utf8'))))) {
        sealed.set(key, text)
      }
    } catch {
      // There is no file yet, or it is none of ours.
    }
  }

  function unseal(text: string): StoredAuthorization | undefined {
    if (!canSeal()) return undefined
    try {
      return JSON.parse(safeStorage.decryptString(Buffer.from(text, 'base64'))) as StoredAuthorization
    } catch {
      return undefined
    }
  }

  function save(): void {
    const neighbour = `${path}.${process.pid}.new`
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      writeFileSync(neighbour, `${JSON.stringify(Object.fromEntries(sealed))}\n`, { mode: 0o600 })
      renameSync(neighbour, path)
    } catch {
      // It counts for this run; the next one asks the person again.
    }
  }

  return {
    of(url) {
      const key = createHash('sha256').update(url).digest('hex').slice(0, 32)
      return {
        read() {
          load()
          const kept = sealed.get(key)
          const known = open.get(key) ?? (kept === undefined ? undefined : unseal(kept))
          if (known !== undefined) open.set(key, known)
          return known
        },
        write(authorization) {
          open.set(key, authorization)
          if (!canSeal()) return
          load()
          sealed.delete(key)
          sealed.set(key, safeStorage.encryptString(JSON.stringify(authorization)).toString('base64'))
          const [oldest] = sealed.keys()
          if (sealed.size > maxServers && oldest !== undefined) sealed.delete(oldest)
          save()
        },
      }
    },
  }
}
