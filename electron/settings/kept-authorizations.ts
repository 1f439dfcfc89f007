/**
 * What was authorized at MCP servers, kept between runs only as the keychain sealed it, elsewhere for this run only. The
 * file names no server, and nothing in it can be read without the keychain. One that cannot be read counts as empty: the
 * person is asked again.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { AuthorizationStore, StoredAuthorization } from '../../core/mcp/client/oauth/stored-authorization.ts'
import { writeFileWhole } from '../../core/system/write-file-whole.ts'
import type { Keychain } from './keychain.ts'

const maxServers = 100
const sealedByServer = z.record(z.string(), z.string())

export interface KeptAuthorizations {
  /** The memory for the server at this address. */
  of(url: string): AuthorizationStore
}

export function openKeptAuthorizations(path: string, keychain: Keychain): KeptAuthorizations {
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
    const secret = keychain.unseal(text)
    // What the keychain opens is what `write` sealed.
    return secret === undefined ? undefined : (JSON.parse(secret) as StoredAuthorization)
  }

  function save(): void {
    try {
      writeFileWhole(path, `${JSON.stringify(Object.fromEntries(sealed))}\n`)
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
          const text = keychain.seal(JSON.stringify(authorization))
          if (text === undefined) return
          load()
          sealed.delete(key)
          sealed.set(key, text)
          const [oldest] = sealed.keys()
          if (sealed.size > maxServers && oldest !== undefined) sealed.delete(oldest)
          save()
        },
      }
    },
  }
}
