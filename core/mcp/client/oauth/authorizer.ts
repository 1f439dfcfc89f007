/**
 * Gets and keeps the right to speak to one MCP server over HTTP, by OAuth 2.1 as MCP uses it
 * (https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization): discovery, registration, PKCE. Nobody is
 * sent to a browser unless `authorize` is called; a listener is open only while the browser is awaited.
 */
import type { AuthOptions } from '@modelcontextprotocol/client'
import type { Timers } from '../../../model/clock.ts'
import { ClientProvider } from './client-provider.ts'
import { type LoopbackListener, openLoopback } from './loopback-listener.ts'
import type { AuthorizationStore } from './stored-authorization.ts'

export interface AuthorizerOptions {
  /** Where the server is reached. */
  readonly serverUrl: string
  readonly store: AuthorizationStore
  /** As whom the authorization server knows us; without one we register ourselves there. */
  readonly clientId?: string | undefined
  /** Shows the page at which a person authorizes. @returns whether they agreed to go there */
  readonly open: (page: URL) => Promise<boolean>
  readonly timers: Timers
  /** How long the person may take, milliseconds. */
  readonly patienceMs?: number
}

export type AuthorizationEnd = { readonly ok: true } | { readonly ok: false; readonly error: string }

export interface Authorizer {
  /** What to send as `Authorization`; nothing without a token. */
  header(): string | undefined
  /**
   * The server refused what was sent, with 401.
   * @param sent the header that it was sent with
   * @returns whether another token is there now, without a person
   */
  refused(response: Response, sent: string | undefined): Promise<boolean>
  /**
   * The server refused what was sent, with 403.
   * @returns whether that is because more has to be authorized than is; `authorize` asks the person for that as well then
   */
  lacksScope(response: Response): Promise<boolean>
  /** Lets the person authorize in a browser. Never rejects. */
  authorize(): Promise<AuthorizationEnd>
  /** Ends the waiting for a browser. */
  close(): void
}

const defaultPatienceMs = 300_000

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { serverUrl, store, clientId, open, timers, patienceMs = defaultPatienceMs } = options
  let challenge: Pick<AuthOptions, 'scope' | 'resourceMetadataUrl'> = {}
  /** More is wanted than any token here was given for: a renewed one would be no better. */
  let wantsMore = false
  let refreshing: Promise<boolean> | undefined
  let authorizing: Promise<AuthorizationEnd> | undefined
  let listener: LoopbackListener | undefined

  function header(): string | undefined {
    const token = store.read()?.tokens?.access_token
    return token === undefined ? undefined : `Bearer ${token}`
  }

  async function refresh(): Promise<boolean> {
    const known = store.read()
    if (known?.tokens?.refresh_token === undefined || known.port === undefined) return false
    const { auth } = await import('@modelcontextprotocol/client')
    const redirectUrl = `http://127.0.0.1:${known.port}/callback`
    const provider = new ClientProvider({ store, port: known.port, redirectUrl, clientId })
    try {
      return (await auth(provider, { serverUrl, ...challenge })) === 'AUTHORIZED'
    } catch {
      // Why it cannot be refreshed, the person learns when they authorize again.
      return false
    }
  }

  async function askPerson(): Promise<AuthorizationEnd> {
    const { auth } = await import('@modelcontextprotocol/client')
    const waiting = await openLoopback(store.read()?.port)
    listener = waiting
    const stopWaiting = timers.after(patienceMs, () => waiting.close())
    try {
      const provider = new ClientProvider({ store, port: waiting.port, redirectUrl: waiting.redirectUrl, clientId })
      // What a changed server says of itself counts, not what was found the last time.
      provider.invalidateCredentials('discovery')
      const wanted = { serverUrl, ...challenge, forceReauthorization: wantsMore }
      if ((await auth(provider, wanted)) === 'AUTHORIZED') return { ok: true }
      const page = provider.destination
      if (page === undefined) return { ok: false, error: 'The server names no page at which one could authorize.' }
      const answered = waiting.answer(provider.state())
      if (!(await open(page))) return { ok: false, error: 'You did not want to go to the authorization server.' }
      const answer = await answered
      if (!answer.ok) return { ok: false, error: `There is no authorization: ${answer.error}.` }
      const { code: authorizationCode, issuer } = answer
      await auth(provider, {
        serverUrl,
        ...challenge,
        authorizationCode,
        ...(issuer === undefined ? {} : { iss: issuer }),
      })
      wantsMore = false
      return { ok: true }
    } catch (error) {
      return { ok: false, error: `There is no authorization: ${problemOf(error)}.` }
    } finally {
      stopWaiting()
      waiting.close()
      listener = undefined
    }
  }

  return {
    header,
    async refused(response, sent) {
      const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client')
      const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response)
      challenge = {
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
        ...(scope === undefined ? {} : { scope }),
      }
      const now = header()
      // Another request has seen to it meanwhile.
      if (now !== undefined && now !== sent) return true
      refreshing ??= refresh().finally(() => {
        refreshing = undefined
      })
      return refreshing
    },
    async lacksScope(response) {
      const { computeScopeUnion, extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client')
      const { error, resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response)
      if (error !== 'insufficient_scope') return false
      const wider = computeScopeUnion(challenge.scope, store.read()?.tokens?.scope, scope)
      challenge = {
        ...challenge,
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
        ...(wider === undefined ? {} : { scope: wider }),
      }
      wantsMore = true
      return true
    },
    authorize() {
      authorizing ??= askPerson().finally(() => {
        authorizing = undefined
      })
      return authorizing
    },
    close: () => listener?.close(),
  }
}

/** Its message in one line; the flow's errors hold no secrets, only what the servers said. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] ?? '').slice(0, 300).replace(/\.$/, '')
}
