import type { SystemKeychain } from '../../../electron/settings/keychain.ts'

/** A keychain as `safeStorage` offers it: what it sealed with one key it opens with that key only. */
export function fakeSystemKeychain(
  backend: ReturnType<SystemKeychain['getSelectedStorageBackend']> | 'none',
  key = 'key',
): SystemKeychain {
  return {
    isEncryptionAvailable: () => backend !== 'none',
    getSelectedStorageBackend: () => (backend === 'none' ? 'unknown' : backend),
    encryptString: (text) => Buffer.from(`${key}:${Buffer.from(text).toString('hex')}`),
    decryptString(sealed) {
      const [usedKey, hex = ''] = sealed.toString().split(':')
      if (usedKey !== key)
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
      return Buffer.from(hex, 'hex').toString()
    },
  }
}
