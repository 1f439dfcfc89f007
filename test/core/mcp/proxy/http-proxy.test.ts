/** The reverse proxy between real HTTP peers: who gets through, what comes out, and what is written down of it. */
import { createHash, randomBytes } from 'node:crypto'
import { request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { type Answer, type HttpPeers, openHttpPeers } from './http-peers.ts'

let peers: HttpPeers
let answer: Answer

beforeEach(async () => {
  peers = await openHttpPeers((...exchange) => answer(...exchange))
})

afterEach(() => peers.close())

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const call = (id: number) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 't', arguments: {}, task: {} },
})
const created = (id: number) => ({
  jsonrpc: '2.0',
  id,
  result: { task: { taskId: 'a', status: 'working', ttl: null } },
})
const kinds = () => peers.lines.slice(1).map((line) => (JSON.parse(line) as { kind: string }).kind)
const report = () => {
  const analysis = new CaptureAnalysis()
  for (const line of peers.lines) analysis.push(line)
  return analysis.finish()
}
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(peers.proxy.url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })

describe('who gets through', () => {
  beforeEach(() => {
    answer = (_request, response) => response.end('{}')
  })

  test('only who knows the token', async () => {
    const { origin } = new URL(peers.proxy.url)
    for (const path of ['/', '/mcp', '/wrong/mcp', `${new URL(peers.proxy.url).pathname.slice(0, -4)}x/mcp`]) {
      expect((await fetch(`${origin}${path}`)).status).toBe(404)
    }
    expect((await post({})).status).toBe(200)
    expect(peers.seen.map(({ url }) => url)).toEqual(['/mcp'])
  })

  test('no page of a foreign origin', async () => {
    expect((await post({}, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({}, { origin: 'null' })).status).toBe(403)
    expect((await post({}, { origin: 'http://localhost:3000' })).status).toBe(200)
    expect(peers.seen).toHaveLength(1)
  })
})

describe('what comes out', () => {
  test('is byte for byte what went in, both ways, with only Host changed', async () => {
    const up = randomBytes(700_000)
    const down = randomBytes(900_000)
    let arrived = ''
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    answer = (_request, response, body) => {
      arrived = sha256(body)
      response.writeHead(207, 'Odd', { 'X-Odd-Case': 'kept', 'content-type': 'application/octet-stream' })
      response.end(down)
    }
    const response = await fetch(peers.proxy.url, {
      method: 'POST',
      body: up,
      headers: { 'X-Mine': 'kept', 'mcp-name': 't' },
    })
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(down))
    expect(arrived).toBe(sha256(up))
    expect([response.status, response.statusText, response.headers.get('x-odd-case')]).toEqual([207, 'Odd', 'kept'])
    expect(peers.seen[0]?.rawHeaders).toContain('X-Mine')
    expect(peers.seen[0]?.headers).toMatchObject({
      host: `127.0.0.1:${(peers.server.address() as AddressInfo).port}`,
      'mcp-name': 't',
    })
  })

  test('a stream comes event by event, and who leaves is gone upstream at once', async () => {
    let gone = false
    let stream: ServerResponse | undefined
    answer = (_request, response) => {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('id: 7\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n: still here\n\n')
      response.once('close', () => {
        gone = true
      })
    }
    const leave = new AbortController()
    const response = await fetch(peers.proxy.url, { headers: { accept: 'text/event-stream' }, signal: leave.signal })
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toContain('notifications/message')
    expect(stream?.writableEnded).toBe(false)
    leave.abort()
    await vi.waitFor(() => expect(gone).toBe(true))
    await vi.waitFor(() => expect(kinds()).toContain('http-client-disconnect'))
    expect(kinds()).toEqual(['http-get', 'http-stream-open', 'rpc', 'sse-comment', 'http-client-disconnect'])
  })

  test('a server that cannot be reached or breaks off is told as such', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"half":')
      setImmediate(() => response.destroy())
    }
    await expect(post(call(1)).then((response) => response.text())).rejects.toThrow()
    await vi.waitFor(() => expect(kinds()).toContain('http-upstream-aborted'))
    peers.server.closeAllConnections()
    await new Promise((resolve) => peers.server.close(resolve))
    expect((await post(call(2))).status).toBe(502)
    await new Promise<void>((resolve) => peers.server.listen(0, '127.0.0.1', resolve))
  })
})

describe('what is written down', () => {
  test('is a capture that reads like a stdio one, without token and secrets', async () => {
    answer = (incoming, response, body) => {
      const { id } = JSON.parse(body.toString() || '{}') as { id?: number }
      if (id === undefined) response.writeHead(202).end()
      else if (incoming.headers['accept-encoding'] === 'gzip') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        response.end(gzipSync(JSON.stringify({ jsonrpc: '2.0', id, result: { taskId: 'a', status: 'completed' } })))
      } else {
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's3cret-session' })
        response.end(JSON.stringify(created(id)))
      }
    }
    await (await post(call(1), { authorization: 'Bearer t0ps3cret' })).text()
    await (await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).text()
    await new Promise<void>((resolve) => {
      const headers = { ...json, 'accept-encoding': 'gzip' }
      const sent = request(peers.proxy.url, { method: 'POST', headers }, (response) =>
        response.resume().once('end', resolve),
      )
      sent.end(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tasks/get', params: { taskId: 'a' } }))
    })
    await vi.waitFor(() => expect(kinds()).toHaveLength(6))
    expect(report()).toMatchObject({
      frames: { c2s: 3, s2c: 3 },
      tasks: { a: { tool: 't', gets: 1, statuses: ['working', 'completed'] } },
    })
    const text = peers.lines.join('')
    for (const secret of ['t0ps3cret', 's3cret-session', new URL(peers.proxy.url).pathname.split('/')[1] ?? '?']) {
      expect(text).not.toContain(secret)
    }
  })
})
