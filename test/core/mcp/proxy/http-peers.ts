/** A server that a test plays, with the reverse proxy before it, and what was written down and told of it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExchangeRecorder } from '../../../../core/mcp/proxy/exchange-recorder.ts'
import { HeldStore } from '../../../../core/mcp/proxy/held-store.ts'
import { type HttpProxy, startHttpProxy } from '../../../../core/mcp/proxy/http-proxy.ts'
import { HttpWatch } from '../../../../core/mcp/proxy/http-watch.ts'
import { CaptureWriter } from '../../../../core/mcp/wire/capture-writer.ts'
import { systemClock } from '../../../../core/system/system-clock.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

export interface HttpPeers {
  readonly server: Server
  readonly proxy: HttpProxy
  readonly watch: HttpWatch
  /** The lines of the capture. */
  readonly lines: readonly string[]
  /** What the server got. */
  readonly seen: readonly IncomingMessage[]
  /** Tasks that are held, how many frames of them wait, and why they are not held any more. */
  readonly told: readonly (readonly [task: string, waiting: number | undefined, why: string | undefined])[]
  /** Files with held frames. */
  heldFiles(): readonly string[]
  close(): Promise<void>
}

export async function openHttpPeers(answer: Answer): Promise<HttpPeers> {
  const lines: string[] = []
  const seen: IncomingMessage[] = []
  const told: [string, number | undefined, string | undefined][] = []
  const server = createServer((incoming, response) => {
    seen.push(incoming)
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => answer(incoming, response, Buffer.concat(parts)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const meta = { scenario: 'proxy', startedAt: 0 }
  const writer = new CaptureWriter({ clock: systemClock, meta, write: (line) => void lines.push(line) })
  const failed = (error: unknown) => {
    throw error
  }
  const folder = mkdtempSync(join(tmpdir(), 'taskscope-http-'))
  const target = new URL(`http://127.0.0.1:${port}/mcp`)
  const watch = new HttpWatch({
    target,
    recorder: new ExchangeRecorder([writer], failed),
    store: new HeldStore(folder),
    heldChanged: (task, waiting, why) => void told.push([task, waiting, why]),
    failed,
  })
  const proxy = await startHttpProxy({ target, port: 0, watch })
  return {
    server,
    proxy,
    watch,
    lines,
    seen,
    told,
    heldFiles: () => readdirSync(folder),
    async close() {
      await proxy.close()
      watch.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
