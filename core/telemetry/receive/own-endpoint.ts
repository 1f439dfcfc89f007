/** Whether an address where spans are to be sent is on this machine, and at which port: it may be our own receiver. */

const local = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::]'])

/** The port of an http address on this machine; `undefined` for every other address. */
export function localPort(endpoint: string): number | undefined {
  if (!URL.canParse(endpoint)) return undefined
  const { protocol, hostname, port } = new URL(endpoint)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const isLocal = local.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname.endsWith('.localhost')
  if (!isLocal) return undefined
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port)
}
