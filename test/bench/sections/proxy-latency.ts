/** What the reverse proxy adds to a frame on its way, at a steady 5 000 events a second in one stream through it. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Latency, latency, rounded } from '../statistics.ts'

const eventsPerMs = 5
const events = 10_000
const roundCount = 3

export interface ProxyLatency {
  readonly framesPerSecond: number
  /** From the server's write to the client's read. */
  readonly direct: Latency
  readonly throughProxy: Latency
  readonly addedPerFrameMs: { readonly p50: number; readonly p99: number }
}

export async function proxyLatency(): Promise<ProxyLatency> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-bench-'))
  let stream: ServerResponse | undefined
  const server = createServer((_request, response) => {
    stream = response
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const target = `http://127.0.0.1:${port}/mcp`
  const entry = join(dirname(process.argv[1] ?? ''), 'proxy-entry.js')
  const proxy = spawn(process.execPath, [entry, '--target', target], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TASKSCOPE_RUNTIME_DIR: folder },
  })
  try {
    const url = await new Promise<string>((resolve) => {
      proxy.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()))
    })
    const direct: Float64Array[] = []
    const through: Float64Array[] = []
    // By turns, so that a busy moment of the machine meets both.
    for (let round = 0; round <= roundCount; round += 1) {
      const plain = await oneStream(target, () => stream)
      const proxied = await oneStream(url, () => stream)
      if (round === 0) continue
      direct.push(plain)
      through.push(proxied)
    }
    const [bare, full] = [latency('ms', direct), latency('ms', through)]
    return {
      framesPerSecond: eventsPerMs * 1000,
      direct: bare,
      throughProxy: full,
      addedPerFrameMs: { p50: rounded(full.p50 - bare.p50), p99: rounded(full.p99 - bare.p99) },
    }
  } finally {
    proxy.kill('SIGTERM')
    await new Promise((resolve) => proxy.once('close', resolve))
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

/** Opens a stream, sends its events at the steady rate, and gives how long each took. */
async function oneStream(url: string, stream: () => ServerResponse | undefined): Promise<Float64Array> {
  const sent = new Float64Array(events)
  const took = new Float64Array(events)
  let opened: () => void = () => undefined
  const open = new Promise<void>((resolve) => {
    opened = resolve
  })
  const all = new Promise<void>((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      opened()
      let rest = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        const now = performance.now()
        const parts = (rest + text).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) {
          const { params } = JSON.parse(part.slice('data: '.length)) as {
            readonly params: { readonly progress: number }
          }
          took[params.progress] = now - (sent[params.progress] ?? now)
        }
      })
      response.once('end', resolve)
    })
    request.once('error', reject)
  })
  await open
  const server = stream()
  const begun = performance.now()
  for (let id = 0; id < events; ) {
    const due = Math.min(events, Math.ceil((performance.now() - begun) * eventsPerMs))
    while (id < due) {
      const params = { progressToken: 'a-task', progress: id, message: 'working' }
      sent[id] = performance.now()
      server?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })}\n\n`)
      id += 1
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  server?.end()
  await all
  return took
}
