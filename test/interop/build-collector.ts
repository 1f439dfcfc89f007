/** The real OpenTelemetry Collector of these tests, built from its Go modules. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { buildGo, builtPath } from './build-go.ts'

export const collectorBinary = builtPath('collector')
export const buildTimeoutMs = 15 * 60_000

/** Builds the collector, or what of it has changed. Returns why there is none. */
export function buildCollector(): Promise<string | undefined> {
  return buildGo({ folder: 'collector', title: 'the collector', binary: 'collector', timeoutMs: buildTimeoutMs })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
