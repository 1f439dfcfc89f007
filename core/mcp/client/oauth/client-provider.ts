/** What the OAuth flow of the MCP SDK asks of us: who we are, what we know already, and where a person is sent. */
import { randomBytes } from 'node:crypto'
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import type { AuthorizationStore } from './stored-authorization.ts'

export class ClientProvider implements OAuthClientProvider {
  readonly redirectUrl: string
  /** Where the person is to be sent, once the flow wants that. */
  destination: URL | undefined
  readonly #port: number
  readonly #store: AuthorizationStore
  readonly #state = randomBytes(32).toString('base64url')
  #verifier = ''

  /** @param port the loopback port on which the browser is awaited */
  constructor(store: AuthorizationStore, port: number, redirectUrl: string) {
    this.#store = store
    this.#port = port
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

  clientInformation(): StoredOAuthClientInformation | undefined {
    const known = this.#store.read()
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
    this.#store.write({ ...this.#store.read(), tokens })
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
}
