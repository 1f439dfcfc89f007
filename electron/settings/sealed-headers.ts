/**
 * Export headers often hold a token. They are kept only where the operating system can encrypt them for this user
 * (https://www.electronjs.org/docs/latest/api/safe-storage); elsewhere they live for this run only.
 */
import { safeStorage } from 'electron'
import { z } from 'zod'

export type Headers = Readonly<Record<string, string>>

/** Whether headers can be kept between runs on this machine. */
export function canSeal(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'
}

export function seal(headers: Headers): string | undefined {
  if (!canSeal() || Object.keys(headers).length === 0) return undefined
  return safeStorage.encryptString(JSON.stringify(headers)).toString('base64')
}

/** The headers, or none when they can't be opened here (another user, another machine). */
export function unseal(sealed: string | undefined): Headers {
  if (sealed === undefined || !canSeal()) return {}
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(safeStorage.decryptString(Buffer.from(sealed, 'base64'))))
  } catch {
    return {}
  }
}
