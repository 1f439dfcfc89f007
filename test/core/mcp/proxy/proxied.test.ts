/** Other people's conversations through the real shim, as the application sees and controls them. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { NodeKey } from '../../../../core/model/identity.ts'
import { isTaskRow } from '../../../../core/model/row.ts'
import { proxySceneOfThisFile } from './proxy-scene.ts'
import { connectionRow as connection, control, rowsOf, seen, taskRow } from './watching-app.ts'

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/${path}`, import.meta.url))
const patient = { timeout: 30_000 }

const scene = proxySceneOfThisFile()
const groups: ChildProcessWithoutNullStreams[] = []

afterEach(() => {
  for (const { pid } of groups.splice(0)) if (pid !== undefined) endGroup(pid)
})

/** The reference server does not end with its input, so its client's end alone would leave it behind. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of them have ended.
  }
}

/** On Electron's own Node the server runs on a plain one, as it does for a person: its name comes from its script. */
const nodeProgram = process.versions.electron === undefined ? process.execPath : 'node'

/** A client that this test plays: sends what it is told and keeps what it gets. */
function openClient(env: Readonly<Record<string, string>>, server = fixture('servers/counts-up.mjs')) {
  const child = scene.start(['wrap', '--', nodeProgram, server], env)
  const got: { readonly id?: number; readonly method?: string }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => got.push(JSON.parse(line) as object))
  child.stderr.resume()
  const send = (id: number, method: string, params: object) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
  const ids = () => got.flatMap(({ id, method }) => (id === undefined || method !== undefined ? [] : [id]))
  const answered = (id: number) => vi.waitFor(() => expect(ids()).toContain(id), { timeout: 10_000 })
  const init = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  return {
    child,
    got,
    ids,
    send,
    answered,
    async begin(...tasks: readonly string[]) {
      send(0, 'initialize', init)
      await answered(0)
      for (const [index, id] of tasks.entries()) {
        send(100 + index, 'tools/call', { name: 'count', arguments: { id }, task: {} })
        await answered(100 + index)
      }
    },
  }
}

describe('a conversation in the path of the application', () => {
  test('is a connection with its tasks, its frames and what the server prints', patient, async () => {
    const { env } = scene.meeting
    const app = await scene.meeting.openApp()
    const client = openClient(env)
    await client.begin('one')
    await seen(() => expect(taskRow(app, 'one')).toMatchObject({ name: 'count', state: 'running' }))
    expect(connection(app)).toMatchObject({
      name: 'counts-up',
      node: 'connection',
      status: 'open',
      facts: { proxy: true, transport: 'stdio', era: 'legacy', client: 'test 1', server: 'scripted' },
    })
    const frames = app.frames.list(taskRow(app, 'one')?.key ?? '')
    expect(frames?.rows.map(({ method, kind, answers }) => [method, kind, answers === undefined])).toEqual([
      ['tools/call', 'request', true],
      ['tools/call', 'result', false],
    ])
    expect(app.frames.text(taskRow(app, 'one')?.key ?? '', frames?.rows[0]?.seq ?? 0)).toContain('"count"')
    if (process.platform !== 'win32') {
      expect(statSync(scene.meeting.place.folder).mode & 0o777).toBe(0o700)
      expect(statSync(scene.meeting.place.address).mode & 0o777).toBe(0o600)
    }
    // With its input closed, too, the server might end by itself first.
    client.child.kill('SIGTERM')
    await seen(() => expect(connection(app)?.why?.text).toBe('the server ended by SIGTERM'))
    expect(taskRow(app, 'one')).toMatchObject({ state: 'failed', failure: 'lost' })
  })

  test('one task’s frames are held, stepped and released; another task goes on', patient, async () => {
    const { env } = scene.meeting
    const app = await scene.meeting.openApp()
    const client = openClient(env)
    await client.begin('one', 'two')
    await seen(() => expect(taskRow(app, 'two')).toBeDefined())
    await control(app, taskRow(app, 'one')?.key, { verb: 'suspend' })
    expect(taskRow(app, 'one')).toMatchObject({ state: 'running', holds: [{ how: 'frames' }] })
    client.send(1, 'tasks/get', { taskId: 'one' })
    client.send(2, 'tasks/get', { taskId: 'one' })
    client.send(3, 'tasks/get', { taskId: 'two' })
    client.send(4, 'echo', {})
    await client.answered(3)
    await client.answered(4)
    expect(client.ids()).not.toContain(1)
    // The poll itself, then the notice that the server sends before its answer, then the answer.
    for (let step = 0; step < 2; step += 1) await control(app, taskRow(app, 'one')?.key, { verb: 'step' })
    expect(client.ids()).not.toContain(1)
    const { effectiveAt } = (await control(app, taskRow(app, 'one')?.key, { verb: 'resume' })) ?? {}
    expect(effectiveAt).toBeDefined()
    await client.answered(2)
    expect(client.ids().filter((id) => id === 1 || id === 2)).toEqual([1, 2])
    expect(taskRow(app, 'one')).toMatchObject({ state: 'running', holds: [] })
  })

  test(
    'what is held goes on in order when the application goes, and the next one sees everything',
    patient,
    async () => {
      const { env } = scene.meeting
      const app = await scene.meeting.openApp()
      const client = openClient(env)
      await client.begin('one')
      await seen(() => expect(taskRow(app, 'one')).toBeDefined())
      await control(app, taskRow(app, 'one')?.key, { verb: 'suspend' })
      for (let id = 1; id <= 20; id += 1) client.send(id, 'tasks/get', { taskId: 'one' })
      client.send(50, 'echo', {})
      await client.answered(50)
      await app.close()
      await client.answered(20)
      expect(client.ids().filter((id) => id > 0 && id <= 20)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
      const next = await scene.meeting.openApp()
      await seen(() => expect(taskRow(next, 'one')).toMatchObject({ name: 'count', state: 'running', holds: [] }))
      expect(next.registry.counters().lost).toBe(0)
    },
  )

  test('a cancel from outside reaches the server, and its answer never reaches the client', patient, async () => {
    const { env } = scene.meeting
    const app = await scene.meeting.openApp()
    const client = openClient(env)
    await client.begin('one')
    await seen(() => expect(taskRow(app, 'one')).toBeDefined())
    await control(app, taskRow(app, 'one')?.key, { verb: 'cancel' })
    expect(taskRow(app, 'one')).toMatchObject({ state: 'cancelled', why: { text: 'by you' } })
    client.send(1, 'echo', {})
    await client.answered(1)
    expect(JSON.stringify(client.got)).not.toContain('cancelled')
    const rows = app.frames.list(connection(app)?.key ?? '')?.rows ?? []
    expect(rows.filter(({ dir }) => dir === 'dbg2s' || dir === 's2dbg')).toMatchObject([
      { method: 'tasks/cancel', rpcId: '"ts:1"', task: 'one' },
      { method: 'tasks/cancel', kind: 'result', task: 'one' },
    ])
  })

  test.skipIf(process.platform === 'win32')('the server’s process is frozen and thawed', patient, async () => {
    const { env } = scene.meeting
    const app = await scene.meeting.openApp()
    const client = openClient(env)
    await client.begin()
    await seen(() => expect(connection(app)?.facts).toHaveProperty('pid'))
    await control(app, connection(app)?.key, { verb: 'freeze' })
    expect(connection(app)).toMatchObject({ status: 'frozen' })
    client.send(1, 'echo', {})
    await control(app, connection(app)?.key, { verb: 'thaw' })
    await client.answered(1)
    expect(connection(app)).toMatchObject({ status: 'open' })
  })
})

test('a proxy that is killed leaves the truth behind: its tasks are lost', patient, async () => {
  const { env } = scene.meeting
  const app = await scene.meeting.openApp()
  const client = openClient(env)
  await client.begin('one')
  await seen(() => expect(taskRow(app, 'one')).toBeDefined())
  client.child.kill('SIGKILL')
  await seen(() => expect(connection(app)).toMatchObject({ status: 'lost' }))
  expect(taskRow(app, 'one')).toMatchObject({ state: 'failed', failure: 'lost' })
})

test('an application that is killed in the middle of everything changes no byte', { timeout: 60_000 }, async () => {
  const { env } = scene.meeting
  // Where no application runs, `fix` takes its place: the shim sends it everything.
  const app = scene.program.start(['fix', '--wait', '60'], env)
  await seen(() => expect(existsSync(scene.meeting.place.address)).toBe(true))
  const child = scene.start(['wrap', '--', process.execPath, fixture('servers/echo-bytes.mjs')], env)
  child.stderr.resume()
  const back: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => back.push(chunk))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const poll = '{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a"}}\r\n{"half":'
  const sent = Array.from({ length: 400 }, () => Buffer.concat([Buffer.from(poll), randomBytes(5000)]))
  for (const [index, chunk] of sent.entries()) {
    child.stdin.write(chunk)
    // Once the server has answered, the shim has long found the application.
    if (index === 0) await seen(() => expect(back.length).toBeGreaterThan(0))
    if (index === 200) app.kill('SIGKILL')
    if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  child.stdin.end()
  await closed
  const sha256 = (bytes: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(bytes)).digest('hex')
  expect(sha256(back)).toBe(sha256(sent))
})

describe('without an application', () => {
  test('the conversation is spooled, and picked up once by the next', patient, async () => {
    const { env } = scene.meeting
    const client = openClient(env)
    await client.begin('one')
    client.child.stdin.end()
    client.child.kill('SIGTERM')
    await new Promise((resolve) => client.child.once('close', resolve))
    const [spooled] = readdirSync(scene.meeting.place.spool)
    const [file] = readdirSync(join(scene.meeting.place.spool, spooled ?? ''))
    if (process.platform !== 'win32')
      expect(statSync(join(scene.meeting.place.spool, spooled ?? '', file ?? '')).mode & 0o777).toBe(0o600)
    const app = await scene.meeting.openApp()
    await seen(() => expect(taskRow(app, 'one')).toMatchObject({ state: 'failed', failure: 'lost' }))
    await seen(() => expect(readdirSync(scene.meeting.place.spool)).toEqual([]))
  })

  test('a folder that others may enter is not used, and bytes pass all the same', patient, async () => {
    if (process.platform === 'win32') return
    const { env } = scene.meeting
    spawn('chmod', ['0777', scene.meeting.place.folder])
    await seen(() => expect(statSync(scene.meeting.place.folder).mode & 0o777).toBe(0o777))
    const client = openClient(env)
    await client.begin('one')
    expect(readdirSync(scene.meeting.place.folder)).toEqual([])
  })
})

describe('a client that never opens tasks/result', () => {
  const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))

  function openStalling(client: string, env: Readonly<Record<string, string>>) {
    const wrap = [scene.program.file, 'wrap', '--', process.execPath, everything, 'stdio']
    const child = spawn(process.execPath, [fixture(`clients/${client}.mjs`), process.execPath, ...wrap], {
      env: { ...process.env, ...env },
      // A group of its own: what it started is ended with it.
      detached: true,
    })
    groups.push(child)
    child.stderr.resume()
    const said: Record<string, unknown>[] = []
    createInterface({ input: child.stdout }).on('line', (line) =>
      said.push(JSON.parse(line) as Record<string, unknown>),
    )
    return said
  }

  test.each([
    ['ext-tasks', 'the official requester of tasks'],
    ['only-polls', 'a client of the official SDK'],
  ])('%s (%s) is diagnosed within 5 s and completes after taskscope fix', { timeout: 60_000 }, async (name) => {
    const { env } = scene.meeting
    const app = await scene.meeting.openApp()
    const said = openStalling(name, env)
    const stalled = await vi.waitFor(
      () => {
        const row = rowsOf(app).find((each) => isTaskRow(each) && each.name === 'simulate-research-query')
        const finding = row && app.registry.detail(row.key)?.findings.items.find((each) => each.fix !== undefined)
        expect(finding).toMatchObject({ rule: 'stalled-input-required', fix: { title: 'Send tasks/result' } })
        const waitsSince = row !== undefined && isTaskRow(row) ? row.stateAt : 0
        return { row, foundAt: finding?.at ?? 0, waitsSince }
      },
      { timeout: 30_000 },
    )
    expect(said.some((event) => 'asked' in event)).toBe(false)
    expect(stalled.foundAt - stalled.waitsSince).toBeLessThan(5000)
    const fixed = await scene.program.run(['fix'], env)
    expect(fixed).toMatchObject({ code: 0, out: expect.stringContaining('the question is on its way') })
    await vi.waitFor(() => expect(said.at(-1)).toHaveProperty('result'), { timeout: 30_000 })
    const answered = said.find((event) => 'asked' in event) as { answered: { interpretation: string } }
    expect(String(said.at(-1)?.result)).toContain(answered.answered.interpretation)
    await vi.waitFor(() => expect(app.registry.row(stalled.row?.key as NodeKey)).toMatchObject({ state: 'completed' }))
  })

  test('is helped by taskscope fix alone, when no application runs', { timeout: 60_000 }, async () => {
    const { env } = scene.meeting
    const said = openStalling('only-polls', env)
    const fixed = await scene.program.run(['fix', '--wait', '30'], env)
    expect(fixed).toMatchObject({ code: 0 })
    await vi.waitFor(() => expect(said.at(-1)).toHaveProperty('result'), { timeout: 30_000 })
  })
})
