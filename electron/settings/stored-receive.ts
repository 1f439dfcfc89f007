/** How spans are received, between the disk and the receiver. The token is on disk only as the keychain sealed it. */
import type { ReceiveSettings } from '../../core/feed/receive-status.ts'
import type { Keychain } from './keychain.ts'
import type { StoredSettings } from './settings-schema.ts'

export function storedReceive({ mode, port, token }: ReceiveSettings, keychain: Keychain): StoredSettings['receive'] {
  return { mode, port, sealedToken: token === undefined ? undefined : keychain.seal(token) }
}

/** As it was chosen; without the token where it could not be kept, so that the receiver makes a new one. */
export function chosenReceive(
  { mode, port, sealedToken }: StoredSettings['receive'],
  keychain: Keychain,
): ReceiveSettings {
  return { mode, port, token: sealedToken === undefined ? undefined : keychain.unseal(sealedToken) }
}
