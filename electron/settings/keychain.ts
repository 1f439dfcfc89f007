/**
 * The one way in which a secret gets to disk: encrypted by the operating system for this user
 * (https://www.electronjs.org/docs/latest/api/safe-storage). Where it cannot, nothing is kept: the secret counts for this
 * run, and whoever needs it asks for it at the next start.
 */
import type { SafeStorage } from 'electron'

/** What this needs of Electron's `safeStorage`. */
export type SystemKeychain = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
>

export interface Keychain {
  /** The text as it may lie on disk, base64; nothing where the system cannot encrypt. */
  seal(secret: string): string | undefined
  /** What was sealed; nothing when it cannot be read here (another user, another machine, another keychain). */
  unseal(sealed: string): string | undefined
}

export function createKeychain(system: SystemKeychain, platform: NodeJS.Platform = process.platform): Keychain {
  /** Asked each time: the keychain may be locked or unlocked meanwhile. `basic_text` is a password in Chromium's source. */
  function canSeal(): boolean {
    if (!system.isEncryptionAvailable()) return false
    return platform !== 'linux' || system.getSelectedStorageBackend() !== 'basic_text'
  }

  return {
    seal: (secret) => (canSeal() ? system.encryptString(secret).toString('base64') : undefined),
    unseal(sealed) {
      if (!canSeal()) return undefined
      try {
        return system.decryptString(Buffer.from(sealed, 'base64'))
      } catch {
        // Sealed with another key, or changed on disk.
        return undefined
      }
    },
  }
}
