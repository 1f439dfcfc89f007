/** Certificates that the standard variables name, over HTTP and gRPC. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createSender } from '../../../core/telemetry/create-sender.ts'
import { destinationsOf, resolveExport } from '../../../core/telemetry/export-settings.ts'
import type { Environment } from '../../../core/telemetry/otel-environment.ts'
import { numberedSpan } from './numbered-span.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('openssl is not at hand: encrypted connections are not tested')

let folder: TemporaryFolder
let server: Server | Http2SecureServer | undefined

beforeEach(() => {
  folder = createTemporaryFolder()
})

afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())))
  server = undefined
  folder.remove()
})

/** A certificate of its own authority for 127.0.0.1, and its key. */
function certificate(): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=collector', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ])
  expect(made.status, made.stderr.toString()).toBe(0)
  return { cert, key }
}

function send(env: Environment) {
  const resolved = resolveExport({ endpoint: '', headers: {} }, env, { version: '1.0.0' })
  const [to] = destinationsOf(resolved)
  if (to === undefined) throw new Error('there should be a destination')
  const sender = createSender({ ...to, resource: {}, clock: systemClock, timers: systemTimers, timeoutMs: 5000 })
  return sender.send({ kind: 'spans', spans: [numberedSpan(1)] }).finally(() => sender.close())
}

async function listen(opened: Server | Http2SecureServer): Promise<string> {
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(opened.address() as AddressInfo).port}`
}

describe.skipIf(!hasOpenssl)('an encrypted collector', () => {
  it('over HTTP is trusted by the certificate that is named, and asks for ours', async () => {
    const { cert, key } = certificate()
    const pem = { cert: readFileSync(cert), key: readFileSync(key) }
    const paths: (string | undefined)[] = []
    const opened = createServer({ ...pem, ca: pem.cert, requestCert: true }, (request, response) => {
      paths.push(request.url)
      request.resume().on('end', () => response.writeHead(200).end())
    })
    const endpoint = await listen(opened)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_CERTIFICATE: cert }
    const ours = { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: cert, OTEL_EXPORTER_OTLP_CLIENT_KEY: key }
    expect(await send({ ...env, ...ours })).toMatchObject({ kind: 'taken', rejected: 0 })
    expect(paths).toEqual(['/v1/traces'])
    // Without our own certificate it does not let us in; without its own we do not talk to it.
    expect(await send(env)).toMatchObject({ kind: 'later' })
    const stranger = await send({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    expect(stranger).toMatchObject({ kind: 'later' })
    expect(stranger).not.toHaveProperty('unsure')
    opened.closeAllConnections()
  })

  it('over gRPC is trusted by the certificate that is named', async () => {
    const { cert, key } = certificate()
    const opened = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) })
    opened.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.resume().on('end', () => stream.end(Buffer.alloc(5)))
    })
    const endpoint = await listen(opened)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
    expect(await send({ ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: cert })).toMatchObject({ kind: 'taken' })
    expect(await send(env)).toMatchObject({ kind: 'later' })
  })
})

it('a certificate that cannot be read is named, not its path', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder.path, 'not-there.pem'),
  }
  const { problems } = resolveExport({ endpoint: '', headers: {} }, env, { version: '1.0.0' })
  expect(problems).toEqual(['OTEL_EXPORTER_OTLP_CERTIFICATE is ignored: it is not a certificate file in PEM'])
})
