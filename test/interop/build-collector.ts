/** The real OpenTelemetry Collector of these tests, built from its Go modules. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const source = fileURLToPath(new URL('./collector', import.meta.url))
const built = fileURLToPath(new URL('../../.cache/interop', import.meta.url))

export const collectorBinary = join(built, 'collector')
export const buildTimeoutMs = 15 * 60_000

const run = promisify(execFile)

/** Builds the collector, or what of it has changed. Returns why there is none. */
export async function buildCollector(): Promise<string | undefined> {
  mkdirSync(built, { recursive: true })
  try {
    await run('go', ['version'])
  } catch {
    return 'there is no Go on this machine'
  }
  try {
    await run('go', ['build', '-trimpath', '-o', collectorBinary, '.'], { cwd: source, timeout: buildTimeoutMs })
    return undefined
  } catch (error) {
    return `the collector cannot be built: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
