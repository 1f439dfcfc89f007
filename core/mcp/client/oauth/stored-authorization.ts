/** What an authorization leaves behind, and where it is kept. All of it is secret: never logged, never in a recording. */
import type { OAuthDiscoveryState, StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client'

export interface StoredAuthorization {
  readonly tokens?: StoredOAuthTokens | undefined
  /** How the authorization server knows this client. */
  readonly client?: StoredOAuthClientInformation | undefined
  /** The loopback port that the client is registered with. */
  readonly port?: number | undefined
  readonly discovery?: OAuthDiscoveryState | undefined
}

/** The memory for one server. */
export interface AuthorizationStore {
  read(): StoredAuthorization | undefined
  write(authorization: StoredAuthorization): void
}

/** Remembers for as long as the process lives. */
export function inMemory(): AuthorizationStore {
  let kept: StoredAuthorization | undefined
  return {
    read: () => kept,
    write(authorization) {
      kept = authorization
    },
  }
}
