/** What the OAuth flow of the MCP SDK asks of us: who we are, what we know already, and where a person is sent. */
import { randomBytes } from 'node:crypto'
import type {
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import type { AuthorizationStore } from './stored-authorization.ts'

export interface ClientProviderOptions {
  readonly store: AuthorizationStore
  /** The loopback port on which the browser is awaited. */
  readonly port: number
  readonly redirectUrl: string
  /** Who we are there already; without it we register. */
  readonly clientId: string | undefined
}

export class ClientProvider implements OAuthClientProvider {
  readonly redirectUrl: string
  /** Where the person is to be sent, once the flow wants that. */
  destination: URL | undefined
  readonly #port: number
  readonly #store: AuthorizationStore
  readonly #clientId: string | undefined
  readonly #state = randomBytes(32).toString('base64url')
  #verifier = ''

  constructor({ store, port, redirectUrl, clientId }: ClientProviderOptions) {
    this.#store = store
    this.#port = port
    this.#clientId = clientId
    this.redirectUrl = redirectUrl
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'Taskscope',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }
  }

  state(): string {
    return this.#state
  }

  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    const known = this.#store.read()
    if (this.#clientId !== undefined) return this.#bound(this.#clientId, context?.issuer, known?.client)
    // A registration names its redirect address: with another port it is none.
    return known?.port === this.#port ? known.client : undefined
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#store.write({ ...this.#store.read(), client, port: this.#port })
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#store.read()?.tokens
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#store.write({ ...this.#store.read(), tokens, port: this.#port })
  }

  redirectToAuthorization(url: URL): void {
    this.destination = url
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  codeVerifier(): string {
    return this.#verifier
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#store.read()?.discovery
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#store.write({ ...this.#store.read(), discovery })
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    const { tokens, client, port, discovery } = this.#store.read() ?? {}
    if (scope === 'verifier') this.#verifier = ''
    if (scope === 'all') this.#store.write({})
    if (scope === 'tokens') this.#store.write({ client, port, discovery })
    if (scope === 'client') this.#store.write({ tokens, discovery })
    if (scope === 'discovery') this.#store.write({ tokens, client, port })
  }

  /** An id that we were given belongs to the authorization server with which it was used first, and to no other. */
  #bound(
    id: string,
    issuer: string | undefined,
    known: StoredOAuthClientInformation | undefined,
  ): StoredOAuthClientInformation {
    if (known?.client_id === id && known.issuer !== undefined) return known
    const client = { client_id: id, ...(issuer === undefined ? {} : { issuer }) }
    if (issuer !== undefined) this.saveClientInformation(client)
    return client
  }
}
