/**
 * A lab behind a lock: an MCP server that wants a token, with an authorization server of its own, both in this process.
 * The authorization server is strict (PKCE, exact redirect address, codes of one use), and a browser is a fetch.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ServerAddress } from '../../../../core/model/server-target.ts'
import { labOverHttp } from './lab-peer.ts'

const open: (() => Promise<void>)[] = []

interface Grant {
  readonly challenge: string
  readonly client: string
  readonly redirect: string
  readonly scope: string
}

export interface LockedLab {
  readonly address: ServerAddress
  /** Everything that came, as method and path, in order. */
  readonly seen: readonly string[]
  /** Secrets that were given out. */
  readonly secrets: readonly string[]
  readonly registered: number
  /** From now on every token given out so far is refused; `alsoRefresh`: refresh tokens, too. */
  expire(alsoRefresh?: boolean): void
  /** From now on a call of a tool needs this scope as well. */
  demand(scope: string): void
  /** How many streams were opened with GET and let through. */
  readonly streams: number
  /** Breaks every open connection. */
  hangUp(): void
  /** A browser whose person agrees. @param change what somebody makes of the address that the browser is sent back to */
  browse(page: URL, change?: (back: URL) => void): Promise<{ readonly status: number; readonly text: string }>
}

/** @param knownClient the one client that the authorization server knows; it registers nobody then */
export async function lockedLab(era: 'legacy' | 'modern' = 'legacy', knownClient?: string): Promise<LockedLab> {
  const lab = await labOverHttp(era)
  /** Scopes by token. */
  const valid = new Map<string, string>()
  const refresh = new Map<string, string>()
  let demanded = ''
  const secrets: string[] = []
  const clients = new Map<string, readonly string[]>()
  const grants = new Map<string, Grant>()
  const seen: string[] = []
  let streams = 0
  const make = (kind: string): string => {
    const secret = `${kind}-${randomUUID()}`
    secrets.push(secret)
    return secret
  }

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base)
    seen.push(`${request.method} ${url.pathname}`)
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const body = await text(request)
    switch (url.pathname) {
      case '/mcp': {
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
        const metadata = `${base}/.well-known/oauth-protected-resource/mcp`
        const granted = valid.get(token)?.split(' ')
        if (granted !== undefined && body.includes('"tools/call"') && demanded !== '' && !granted.includes(demanded)) {
          const problem = `Bearer error="insufficient_scope", scope="${demanded}", resource_metadata="${metadata}"`
          response.writeHead(403, { 'www-authenticate': problem }).end()
          return
        }
        if (granted !== undefined) return pass(request, response, body)
        response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}", scope="tasks"` })
        response.end()
        return
      }
      case '/.well-known/oauth-protected-resource/mcp':
        return json({ resource: `${base}/mcp`, authorization_servers: [base], scopes_supported: ['tasks'] })
      case '/.well-known/oauth-authorization-server':
        return json({
          issuer: base,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
          ...(knownClient === undefined && { registration_endpoint: `${base}/register` }),
          response_types_supported: ['code'],
          grant_types_supported: ['authorization_code', 'refresh_token'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none'],
          authorization_response_iss_parameter_supported: true,
        })
      case '/register': {
        const wanted = JSON.parse(body) as { redirect_uris: readonly string[] }
        const id = `client-${clients.size + 1}`
        clients.set(id, wanted.redirect_uris)
        return json({ ...wanted, client_id: id }, 201)
      }
      case '/authorize': {
        const query = url.searchParams
        const redirect = query.get('redirect_uri') ?? ''
        const client = query.get('client_id') ?? ''
        const fits =
          (clients.get(client)?.includes(redirect) === true || (client === knownClient && isLoopback(redirect))) &&
          query.get('code_challenge_method') === 'S256' &&
          query.get('resource') === `${base}/mcp` &&
          query.get('scope')?.includes('tasks') === true
        if (!fits) return json({ error: 'invalid_request' }, 400)
        const code = make('code')
        grants.set(code, {
          challenge: query.get('code_challenge') ?? '',
          client,
          redirect,
          scope: query.get('scope') ?? '',
        })
        const back = new URL(redirect)
        back.search = new URLSearchParams({ code, state: query.get('state') ?? '', iss: base }).toString()
        response.writeHead(302, { location: back.href }).end()
        return
      }
      case '/token': {
        const form = new URLSearchParams(body)
        let scope: string
        if (form.get('grant_type') === 'refresh_token') {
          const old = form.get('refresh_token') ?? ''
          const known = refresh.get(old)
          if (known === undefined) return json({ error: 'invalid_grant' }, 400)
          refresh.delete(old)
          scope = known
        } else {
          const code = form.get('code') ?? ''
          const grant = grants.get(code)
          grants.delete(code)
          const hash = createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url')
          const fits =
            grant?.challenge === hash &&
            grant.client === form.get('client_id') &&
            grant.redirect === form.get('redirect_uri')
          if (!fits) return json({ error: 'invalid_grant' }, 400)
          scope = grant.scope
        }
        const token = make('token')
        const next = make('refresh')
        valid.set(token, scope)
        refresh.set(next, scope)
        return json({
          access_token: token,
          token_type: 'Bearer',
          expires_in: 3600,
          refresh_token: next,
          scope,
        })
      }
      default:
        return json({ error: 'not found' }, 404)
    }
  }

  async function pass(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !dropped.has(name)) headers.set(name, value)
    }
    const abort = new AbortController()
    response.on('close', () => abort.abort())
    const { method = 'GET' } = request
    if (method === 'GET') streams += 1
    const upstream = await fetch(lab.address.url, {
      method,
      headers,
      signal: abort.signal,
      ...(method === 'POST' ? { body } : {}),
    })
    response.writeHead(upstream.status, Object.fromEntries(upstream.headers))
    if (upstream.body === null) response.end()
    else {
      response.flushHeaders()
      Readable.fromWeb(upstream.body as Parameters<typeof Readable.fromWeb>[0])
        .on('error', () => response.destroy())
        .pipe(response)
    }
  }

  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return {
    address: { name: 'locked', url: `${base}/mcp`, headers: {}, era },
    seen,
    secrets,
    get registered() {
      return clients.size
    },
    get streams() {
      return streams
    },
    demand(scope) {
      demanded = scope
    },
    hangUp: () => server.closeAllConnections(),
    expire(alsoRefresh = false) {
      valid.clear()
      if (alsoRefresh) refresh.clear()
    },
    async browse(page, change = () => undefined) {
      const asked = await fetch(page, { redirect: 'manual' })
      await asked.body?.cancel()
      const location = asked.headers.get('location')
      if (location === null) return { status: asked.status, text: '' }
      const back = new URL(location)
      change(back)
      const came = await fetch(back)
      return { status: came.status, text: await came.text() }
    },
  }
}

/** Clients that are registered by hand name a loopback address without its port (https://www.rfc-editor.org/rfc/rfc8252#section-7.3). */
function isLoopback(redirect: string): boolean {
  return URL.canParse(redirect) && new URL(redirect).hostname === '127.0.0.1'
}

const dropped = new Set(['host', 'connection', 'content-length', 'authorization', 'accept-encoding'])

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** For `afterEach`, once the clients are closed and before the labs are. */
export async function releaseLocks(): Promise<void> {
  await Promise.all(open.splice(0).map((stop) => stop()))
}
