/** The connections of a reverse proxy's clients and those to the server behind it: as many, and as long. */
import { Agent, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type HttpProxy, startHttpProxy } from '../../../../core/mcp/proxy/http-proxy.ts'
import { type HttpPeers, openHttpPeers } from './http-peers.ts'

let peers: HttpPeers
let open: Set<Socket>
let opened: number

beforeEach(async () => {
  peers = await openHttpPeers((_request, response) => response.writeHead(200, { 'x-one': '1' }).end('{}'))
  open = new Set()
  opened = 0
  peers.server.on('connection', (socket) => {
    opened += 1
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
})

afterEach(() => peers.close())

/** One request of a client whose connections the agent keeps. @returns its connection */
function get(agent: Agent, url = peers.proxy.url): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      const { socket } = response
      response.resume().once('end', () => resolve(socket))
    })
    sent.once('error', reject).end()
  })
}

test('one of a client is one to the server, for as many requests as it likes, and ends with it', async () => {
  const [one, two] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })]
  const socket = await get(one)
  expect(await get(one)).toBe(socket)
  expect(await get(one)).toBe(socket)
  expect(opened).toBe(1)
  await get(two)
  expect(opened).toBe(2)
  one.destroy()
  await vi.waitFor(() => expect(open.size).toBe(1))
  await get(two)
  expect(opened).toBe(2)
  two.destroy()
  await vi.waitFor(() => expect(open.size).toBe(0))
})

test('one that the server ends while nothing is under way ends for the client, who then makes a new one', async () => {
  const agent = new Agent({ keepAlive: true })
  const socket = await get(agent)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  peers.server.closeIdleConnections()
  await ended
  expect(await get(agent)).not.toBe(socket)
  expect(opened).toBe(2)
  agent.destroy()
})

test('a request that the server leaves alone on a connection that it had before is broken off, not answered for it', async () => {
  const agent = new Agent({ keepAlive: true })
  await get(agent)
  peers.server.removeAllListeners('request').on('request', (incoming) => incoming.socket.destroy())
  await expect(get(agent)).rejects.toThrow('socket hang up')
  // On a new one it is the server that cannot be reached.
  const response = await fetch(peers.proxy.url)
  expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('cannot be reached')])
  agent.destroy()
})

/** What a server answers with these very bytes, as its client reads it through the proxy. */
async function throughProxy(answer: string): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(answer))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
  let proxy: HttpProxy | undefined
  try {
    proxy = await startHttpProxy({ target, port: 0, watch: peers.watch })
    const { port, pathname } = new URL(proxy.url)
    return await new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(Number(port), '127.0.0.1')
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk
      })
      socket.once('end', () => resolve(text)).once('error', reject)
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`)
    })
  } finally {
    await proxy?.close()
    await new Promise((resolve) => server.close(resolve))
  }
}

test('of an answer nothing is added: no date, no word on the connection, none on how the body ends', async () => {
  for (const answer of [
    'HTTP/1.1 200 Fine\r\nX-One: 1\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 200 Fine\r\nX-One: 1\r\nx-one: 2\r\n\r\nas long as it lasts',
    'HTTP/1.1 202 Taken\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  ]) {
    expect(await throughProxy(answer)).toBe(answer)
  }
})
