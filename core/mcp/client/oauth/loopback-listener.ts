/**
 * Takes the one redirect by which a browser brings back an authorization code
 * (https://www.rfc-editor.org/rfc/rfc8252#section-7.3). Listens on loopback from `openLoopback` until `close`; answers
 * nobody but a request for its path on its own address, and believes only the state that it waits for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback } from '../../../system/listen.ts'

export type RedirectAnswer =
  | { readonly ok: true; readonly code: string; readonly issuer?: string }
  | { readonly ok: false; readonly error: string }

export interface LoopbackListener {
  readonly port: number
  readonly redirectUrl: string
  /** Resolves when the browser comes with this state, or when it is closed. Never rejects. */
  answer(state: string): Promise<RedirectAnswer>
  close(): void
}

const path = '/callback'
const longestWord = 200

/** @param wanted the port that was registered; when it is taken, another one is */
export async function openLoopback(wanted = 0): Promise<LoopbackListener> {
  const server = createServer()
  const port = await listenOnLoopback(server, wanted).catch(() => listenOnLoopback(server, 0))
  const host = `127.0.0.1:${port}`
  let expected: string | undefined
  let tell: (answer: RedirectAnswer) => void = () => undefined
  const told = new Promise<RedirectAnswer>((resolve) => {
    tell = resolve
  })

  server.on('request', (request, response) => {
    const url = request.headers.host === host ? callbackOf(request, host) : undefined
    if (url === undefined || expected === undefined) return refuse(response, 404, 'There is nothing here.')
    if (url.searchParams.get('state') !== expected)
      return refuse(response, 400, 'This is not the answer to our request.')
    const answer = readAnswer(url.searchParams)
    say(response, 200, answer.ok ? 'Taskscope is authorized.' : `Taskscope is not authorized: ${answer.error}.`)
    tell(answer)
  })

  return {
    port,
    redirectUrl: `http://${host}${path}`,
    answer(state) {
      expected = state
      return told
    },
    close() {
      tell({ ok: false, error: 'nobody came back from the browser' })
      server.close()
      server.closeIdleConnections()
    },
  }
}

function callbackOf(request: IncomingMessage, host: string): URL | undefined {
  const target = `http://${host}${request.url ?? ''}`
  if (request.method !== 'GET' || !URL.canParse(target)) return undefined
  const url = new URL(target)
  return url.pathname === path ? url : undefined
}

function readAnswer(params: URLSearchParams): RedirectAnswer {
  const error = params.get('error')
  if (error !== null) {
    const words = params.get('error_description') ?? error
    return { ok: false, error: `the authorization server says ${JSON.stringify(words.slice(0, longestWord))}` }
  }
  const code = params.get('code')
  if (code === null || code === '') return { ok: false, error: 'the browser came back without a code' }
  const issuer = params.get('iss')
  return { ok: true, code, ...(issuer === null ? {} : { issuer }) }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  say(response, status, text)
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(`${text} You may close this page.\n`)
}
