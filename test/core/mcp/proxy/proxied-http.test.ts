/** Other people's conversations over HTTP, through the real reverse proxy, as the application sees and controls them. */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { createServer, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SseSplitter } from '../../../../core/mcp/wire/sse.ts'
import type { BuiltProgram } from '../../cli/built-program.ts'
import { startHoldingApp } from './holding-app.ts'
import { proxySceneOfThisFile } from './proxy-scene.ts'
import { connectionRow, control, rowsOf, seen, taskRow } from './watching-app.ts'

const patient = { timeout: 60_000 }

const scene = proxySceneOfThisFile()
const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** The first line that a program prints which has this in it. */
function lineWith(child: ReturnType<BuiltProgram['start']>, text: string): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes(text)) resolve(line)
    })
  })
}

async function openProxy(target: string): Promise<string> {
  const child = scene.start(['proxy', '--target', target])
  child.stderr.resume()
  return await lineWith(child, 'http://')
}

async function openLab(): Promise<string> {
  const child = scene.start(['lab', '--http', '0'])
  child.stderr.resume()
  return (await lineWith(child, 'listening on ')).replace('listening on ', '')
}

interface Answer {
  readonly result?: { readonly task?: { readonly taskId: string }; readonly taskId?: string; readonly status?: string }
}

/** A client that this test plays, of one session. */
async function openClient(url: string) {
  let id = 0
  let session: Record<string, string> = {}
  const post = async (method: string, params: object): Promise<Answer> => {
    id += 1
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...session }
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const response = await fetch(url, { method: 'POST', headers, body })
    const given = response.headers.get('mcp-session-id')
    if (given !== null) session = { 'mcp-session-id': given, 'mcp-protocol-version': '2025-11-25' }
    const text = await response.text()
    return JSON.parse(text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '{}')) as Answer
  }
  const clientInfo = { name: 'test', version: '1' }
  await post('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  return {
    async start(seconds: number): Promise<string> {
      const call = { name: 'slow_compute', arguments: { seconds }, task: {} }
      return (await post('tools/call', call)).result?.task?.taskId ?? ''
    },
    poll: (taskId: string) => post('tasks/get', { taskId }),
  }
}

describe('a task of somebody else’s client over HTTP', () => {
  test('is seen, its frames held and stepped, and it is cancelled', patient, async () => {
    const app = await scene.meeting.openApp()
    const client = await openClient(await openProxy(await openLab()))
    const held = await client.start(60)
    const other = await client.start(60)
    const row = () => taskRow(app, held)
    await seen(() => expect(row()).toMatchObject({ name: 'slow_compute', state: 'running' }))
    await seen(() =>
      expect(connectionRow(app)).toMatchObject({ status: 'open', facts: { transport: 'http', era: 'legacy' } }),
    )
    await control(app, row()?.key, { verb: 'suspend' })
    expect(row()).toMatchObject({ holds: [{ how: 'frames' }] })
    let answered = false
    const poll = client.poll(held).then((answer) => {
      answered = true
      return answer
    })
    await seen(() => expect(row()?.holds?.[0]?.at).toBe('1 frame'))
    expect(await client.poll(other)).toMatchObject({ result: { status: 'working' } })
    expect(answered).toBe(false)
    await control(app, row()?.key, { verb: 'step' })
    await seen(() => expect(row()?.holds?.[0]?.at).toBe('1 frame'))
    await control(app, row()?.key, { verb: 'resume' })
    expect(await poll).toMatchObject({ result: { status: 'working' } })
    await control(app, row()?.key, { verb: 'cancel' })
    await seen(() => expect(row()).toMatchObject({ state: 'cancelled', why: { text: 'by you' } }))
    expect(await client.poll(held)).toMatchObject({ result: { status: 'cancelled' } })
    const frames = app.frames.list(connectionRow(app)?.key ?? '')?.rows ?? []
    expect(frames.filter(({ dir }) => dir === 'dbg2s' || dir === 's2dbg')).toMatchObject([
      { method: 'tasks/cancel', rpcId: '"ts:1"' },
      { method: 'tasks/cancel', kind: 'result' },
    ])
  })

  test('goes on, with its frames in order, within a second after the application has gone', patient, async () => {
    const app = await scene.meeting.openApp()
    const client = await openClient(await openProxy(await openLab()))
    const task = await client.start(60)
    await seen(() => expect(taskRow(app, task)).toBeDefined())
    await control(app, taskRow(app, task)?.key, { verb: 'suspend' })
    const done: number[] = []
    const polls = [1, 2, 3].map((number) => client.poll(task).then(() => done.push(number)))
    await seen(() => expect(taskRow(app, task)?.holds?.[0]?.at).toBe('3 frames'))
    expect(readdirSync(scene.meeting.place.spool, { recursive: true }).map(String)).toContainEqual(
      expect.stringMatching(/held-\d+\.bin$/),
    )
    const closed = app.close()
    const since = performance.now()
    await Promise.all(polls)
    expect(performance.now() - since).toBeLessThan(5000)
    await closed
    expect(done).toHaveLength(3)
    const next = await scene.meeting.openApp()
    await seen(() => expect(taskRow(next, task)).toMatchObject({ state: 'running', holds: [] }))
  })

  test(
    'loses none of its frames, nor their order, when the application that holds them is killed',
    patient,
    async () => {
      const polled: unknown[] = []
      const streams: ServerResponse[] = []
      const server = createServer((incoming, response) => {
        if (incoming.method === 'GET') {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
          streams.push(response)
          return
        }
        incoming.toArray().then((parts: Buffer[]) => {
          const { id } = JSON.parse(Buffer.concat(parts).toString()) as { id: number }
          polled.push(id)
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { taskId: 'a', status: 'working', ttl: null } }))
        })
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const app = startHoldingApp(scene.meeting.place, 'a')
      scene.add(app.process)
      const url = await openProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
      await app.waiting(0)

      const heard: string[] = []
      const stream = await fetch(url, { headers: { accept: 'text/event-stream' } })
      void (async () => {
        const splitter = new SseSplitter()
        for await (const chunk of stream.body ?? []) {
          for (const event of splitter.push(chunk)) if (event.kind === 'event') heard.push(event.id ?? '')
        }
      })().catch(() => undefined)
      const numbers = [1, 2, 3, 4, 5]
      for (const id of numbers) {
        const notice = {
          jsonrpc: '2.0',
          method: 'notifications/tasks/status',
          params: { taskId: 'a', status: 'working' },
        }
        streams[0]?.write(`id: ${id}\ndata: ${JSON.stringify(notice)}\n\n`)
        await app.waiting(id)
      }
      const polls = numbers.map(async (id) => {
        // One after the other, so that each is known to wait.
        await app.waiting(numbers.length + id - 1)
        const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tasks/get', params: { taskId: 'a' } })
        const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        return (await response.json()) as { id: number }
      })
      await app.waiting(2 * numbers.length)
      expect({ polled, heard }).toEqual({ polled: [], heard: [] })

      app.process.kill('SIGKILL')
      const since = performance.now()
      expect((await Promise.all(polls)).map(({ id }) => id)).toEqual(numbers)
      await seen(() => expect(heard).toEqual(numbers.map(String)))
      // Within a second on a machine that has nothing else to do.
      expect(performance.now() - since).toBeLessThan(5000)
      // Each poll goes on over a connection of its own, so that their order is not ours to keep.
      expect([...polled].sort()).toEqual(numbers)
    },
  )

  test('changes no byte when the application is killed in the middle of everything', patient, async () => {
    const echo = createServer((incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      incoming.on('data', (chunk: Buffer) => void response.write(chunk))
      incoming.once('end', () => response.end())
    })
    servers.push(echo)
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    const { port } = echo.address() as AddressInfo
    const app = scene.start(['fix', '--wait', '60'])
    await seen(() => expect(existsSync(scene.meeting.place.address)).toBe(true))
    const url = await openProxy(`http://127.0.0.1:${port}/mcp`)
    const event = 'data: {"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a"}}\r\n\r\ndata: {"half":'
    const sent = Array.from({ length: 300 }, () => Buffer.concat([Buffer.from(event), randomBytes(5000)]))
    let chunks = 0
    async function* body() {
      for (const chunk of sent) {
        chunks += 1
        if (chunks === 150) app.kill('SIGKILL')
        if (chunks % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
        yield chunk
      }
    }
    const back = await new Promise<Buffer>((resolve, reject) => {
      const parts: Buffer[] = []
      const sending = request(url, { method: 'POST' }, (response) => {
        response.on('data', (part: Buffer) => parts.push(part))
        response.once('end', () => resolve(Buffer.concat(parts)))
      })
      sending.once('error', reject)
      Readable.from(body()).pipe(sending)
    })
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(sha256(back)).toBe(sha256(Buffer.concat(sent)))
  })
})

test('a client that never opens tasks/result is diagnosed and helped over HTTP as well', patient, async () => {
  const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))
  const port = await freePort()
  const server = spawn(process.execPath, [everything, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  })
  scene.add(server)
  const target = `http://127.0.0.1:${port}/mcp`
  await vi.waitFor(() => fetch(target), { timeout: 20_000, interval: 100 })
  const app = await scene.meeting.openApp()
  const url = await openProxy(target)
  const file = fileURLToPath(new URL('../../../fixtures/clients/only-polls.mjs', import.meta.url))
  const client = spawn(process.execPath, [file, url], { stdio: ['ignore', 'pipe', 'ignore'] })
  scene.add(client)
  const said: Record<string, unknown>[] = []
  createInterface({ input: client.stdout }).on('line', (line) => said.push(JSON.parse(line) as Record<string, unknown>))
  await vi.waitFor(
    () => {
      const row = rowsOf(app).find(({ name }) => name === 'simulate-research-query')
      const finding = row && app.registry.detail(row.key)?.findings.items.find((each) => each.fix !== undefined)
      expect(finding).toMatchObject({ rule: 'stalled-input-required' })
    },
    { timeout: 30_000 },
  )
  expect(said.some((event) => 'asked' in event)).toBe(false)
  const fixed = await scene.program.run(['fix'], scene.meeting.env)
  expect(fixed).toMatchObject({ code: 0, out: expect.stringContaining('the question is on its way') })
  await vi.waitFor(() => expect(said.at(-1)).toHaveProperty('result'), { timeout: 30_000 })
  const answered = said.find((event) => 'asked' in event) as { answered: { interpretation: string } }
  expect(String(said.at(-1)?.result)).toContain(answered.answered.interpretation)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
