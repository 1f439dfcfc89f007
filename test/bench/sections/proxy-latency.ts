/**
 * What the reverse proxy adds to a frame on its way: at a steady 5 000 events a second in one stream through it, and at
 * 1 000 exchanges a second, each a request and its answer. The first stream through a new proxy is told apart: until its
 * code is compiled a frame takes longer.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, createServer, get, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { atPace } from '../pace.ts'
import { type Latency, latency, rounded } from '../statistics.ts'

const eventsPerMs = 5
const exchangesPerMs = 1
const warmRounds = 2
const roundCount = 5
const roundMs = 2000

interface Added {
  readonly framesPerSecond: number
  readonly direct: Latency
  readonly throughProxy: Latency
  /** Milliseconds. */
  readonly addedPerFrame: { readonly p50: number; readonly p99: number }
}

export interface ProxyLatency {
  /** From the server's write to the client's read. */
  readonly events: Added
  /** The first stream through a new proxy. */
  readonly firstEvents: Added
  /** From the request to the end of its answer, which are two frames. */
  readonly exchanges: Added
}

/** Sends a round and gives how many milliseconds each frame, or each exchange, took. */
type Round = (url: string) => Promise<Float64Array>

export async function proxyLatency(): Promise<ProxyLatency> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-bench-'))
  let stream: ServerResponse | undefined
  const server = createServer((incoming, response) => {
    if (incoming.method === 'POST') answer(incoming, response)
    else {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  const entry = join(dirname(process.argv[1] ?? ''), 'proxy-entry.js')
  const proxy = spawn(process.execPath, [entry, '--target', target], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TASKSCOPE_RUNTIME_DIR: folder },
  })
  try {
    const url = await new Promise<string>((resolve) => {
      proxy.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()))
    })
    const events: Round = (of) => streamOfEvents(of, () => stream)
    // This process is to be warm before the proxy is met cold.
    await events(target)
    const first = await byTurns(events, target, url, 1)
    await byTurns(events, target, url, warmRounds)
    const steady = await byTurns(events, target, url, roundCount)
    await byTurns(exchanges, target, url, warmRounds)
    const asked = await byTurns(exchanges, target, url, roundCount)
    return {
      events: added(eventsPerMs * 1000, steady, 1),
      firstEvents: added(eventsPerMs * 1000, first, 1),
      exchanges: added(exchangesPerMs * 2000, asked, 2),
    }
  } finally {
    proxy.kill('SIGTERM')
    await new Promise((resolve) => proxy.once('close', resolve))
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

interface Rounds {
  readonly direct: readonly Float64Array[]
  readonly through: readonly Float64Array[]
}

/** By turns, so that a busy moment of the machine meets both. */
async function byTurns(round: Round, target: string, url: string, count: number): Promise<Rounds> {
  const direct: Float64Array[] = []
  const through: Float64Array[] = []
  for (let n = 0; n < count; n += 1) {
    direct.push(await round(target))
    through.push(await round(url))
  }
  return { direct, through }
}

function added(framesPerSecond: number, rounds: Rounds, framesEach: number): Added {
  const [direct, throughProxy] = [latency('ms', rounds.direct), latency('ms', rounds.through)]
  const more = (full: number, bare: number) => rounded((full - bare) / framesEach)
  return {
    framesPerSecond,
    direct,
    throughProxy,
    addedPerFrame: { p50: more(throughProxy.p50, direct.p50), p99: more(throughProxy.p99, direct.p99) },
  }
}

async function streamOfEvents(url: string, stream: () => ServerResponse | undefined): Promise<Float64Array> {
  const count = eventsPerMs * roundMs
  const sent = new Float64Array(count)
  const took = new Float64Array(count)
  let opened: () => void = () => undefined
  const open = new Promise<void>((resolve) => {
    opened = resolve
  })
  const all = new Promise<void>((resolve, reject) => {
    const asked = get(url, { agent: false }, (response) => {
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
    asked.once('error', reject)
  })
  await open
  const server = stream()
  await atPace(count, eventsPerMs, (id) => {
    const params = { progressToken: 'a-task', progress: id, message: 'working' }
    sent[id] = performance.now()
    server?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })}\n\n`)
  })
  server?.end()
  await all
  return took
}

const kept = new Agent({ keepAlive: true })

async function exchanges(url: string): Promise<Float64Array> {
  const took = new Float64Array(exchangesPerMs * roundMs)
  const all: Promise<void>[] = []
  await atPace(took.length, exchangesPerMs, (id) => {
    const sent = performance.now()
    all.push(
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
        const asked = request(url, { method: 'POST', agent: kept, headers }, (response) => {
          response.resume().once('end', () => {
            took[id] = performance.now() - sent
            resolve()
          })
        })
        asked.once('error', reject)
        asked.end(JSON.stringify({ jsonrpc: '2.0', id, method: 'tasks/get', params: { taskId: 'a-task' } }))
      }),
    )
  })
  await Promise.all(all)
  return took
}

/** Says of each task that it works. */
function answer(incoming: IncomingMessage, response: ServerResponse): void {
  let text = ''
  incoming.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  incoming.once('end', () => {
    const { id } = JSON.parse(text) as { readonly id: number }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { taskId: 'a-task', status: 'working', ttl: null } }))
  })
}
