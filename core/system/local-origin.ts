/**
 * Who may speak to a server on loopback. Any web page can make a browser send requests to 127.0.0.1, and can give its own
 * name that address (DNS rebinding); so both the name that was asked for and the page that asks must be local. Pure.
 */

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** @param host the `Host` header; its port must be the one that is listened on. */
export function isLocalHost(host: string | undefined, port: number): boolean {
  const url = host === undefined ? undefined : parse(`http://${host}`)
  return url !== undefined && loopback.has(url.hostname) && Number(url.port === '' ? 80 : url.port) === port
}

/** @param origin the `Origin` header; programs that are no browser send none. */
export function isLocalOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true
  const url = parse(origin)
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && loopback.has(url.hostname)
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    // What is no URL is nobody's origin.
    return undefined
  }
}
