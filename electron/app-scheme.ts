/**
 * The page is served from `app://taskscope/`, a standard and secure scheme of our own: a real origin, no `file://`
 * rights, and one place that sets the content security policy. In development the same origin is a proxy to Vite.
 */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { net, protocol } from 'electron'
import { fileFor } from './app-files.ts'

export const appOrigin = 'app://taskscope'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
}

/** Must run before the application is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page from `folder`, or proxies to `devServer` when there is one. */
export function serveApp(folder: string, devServer: string | undefined): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    if (url.host !== 'taskscope') return answer(404, 'no such host')
    if (request.method !== 'GET') return answer(405, 'only GET')
    if (devServer !== undefined) return proxy(url, devServer)
    const file = fileFor(folder, url.pathname)
    if (file === undefined) return answer(403, 'outside the application')
    const type = contentTypes[extname(file)]
    if (type === undefined) return answer(404, 'not part of the application')
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: headers(type, policy) })
    } catch {
      return answer(404, 'not part of the application')
    }
  })
}

function headers(type: string, rules: readonly string[]): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': rules.join('; '),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  }
}

function answer(status: number, text: string): Response {
  return new Response(text, { status, headers: headers('text/plain; charset=utf-8', policy) })
}

/** Vite injects an inline script and opens a WebSocket; only development gets a policy that lets it. */
async function proxy(url: URL, devServer: string): Promise<Response> {
  const target = new URL(url.pathname + url.search, devServer)
  const response = await net.fetch(target.href, { bypassCustomProtocolHandlers: true })
  const socket = `ws://${target.host}`
  const relaxed = policy.map((rule) =>
    rule.startsWith('script-src') || rule.startsWith('style-src')
      ? `${rule} 'unsafe-inline'`
      : rule.startsWith('connect-src')
        ? `${rule} ${socket}`
        : rule,
  )
  const type = response.headers.get('content-type') ?? 'text/plain'
  return new Response(response.body, { status: response.status, headers: headers(type, relaxed) })
}
