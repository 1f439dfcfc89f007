/**
 * Against a server by other hands: FastMCP's tasks extension (PyPI `fastmcp-tasks`), modern wire, over stdio and HTTP.
 * `npm run test:interop`; skipped aloud where there is no Python or no way to its packages.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { ServerTarget } from '../../core/model/server-target.ts'
import { connect, freePort, releaseConnections } from '../core/mcp/client/connect-fixture.ts'

const source = fileURLToPath(new URL('./fastmcp', import.meta.url))
const environment = fileURLToPath(new URL('../../.cache/interop/fastmcp', import.meta.url))
const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const server = join(source, 'server.py')
const installTimeoutMs = 5 * 60_000
const run = promisify(execFile)

/** Installs FastMCP into an environment of its own. Returns why that is impossible. */
async function install(): Promise<string | undefined> {
  try {
    await run('python3', ['--version'])
  } catch {
    return 'there is no Python on this machine'
  }
  try {
    mkdirSync(environment, { recursive: true })
    if (!existsSync(python)) await run('python3', ['-m', 'venv', environment], { timeout: installTimeoutMs })
    const requirements = join(source, 'requirements.txt')
    await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { timeout: installTimeoutMs })
    return undefined
  } catch (error) {
    return `FastMCP cannot be installed: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`
  }
}

const whyNot = await install()
if (whyNot !== undefined) console.warn(`\nSKIPPED: interoperability with FastMCP: ${whyNot}\n`)

const started: ChildProcess[] = []

afterEach(releaseConnections)

afterAll(async () => {
  for (const child of started) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
})

let address: Promise<ServerTarget> | undefined

async function serveHttp(): Promise<ServerTarget> {
  const port = await freePort()
  const child = spawn(python, [server, String(port)], { stdio: ['ignore', 'ignore', 'pipe'] })
  started.push(child)
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Uvicorn running')) resolve()
    })
    child.once('exit', () => reject(new Error(`FastMCP does not serve over HTTP: ${said}`)))
  })
  return { name: 'fastmcp', url: `http://127.0.0.1:${port}/mcp`, headers: {}, era: 'modern' }
}

const transports: readonly [string, () => Promise<ServerTarget>][] = [
  ['stdio', async () => ({ name: 'fastmcp', command: python, args: [server], env: {}, era: 'modern' })],
  ['HTTP', () => (address ??= serveHttp())],
]

describe.skipIf(whyNot !== undefined).each(transports)('FastMCP over %s', { timeout: 60_000 }, (_name, target) => {
  it('is modern, and offers its tools', async () => {
    const peer = connect(await target())
    expect(await peer.connection.opened).toEqual({ ok: true })
    const said = await peer.event('node.changed', (change) => change.facts?.era === 'modern')
    expect(said.facts).toMatchObject({ protocol: '2026-07-28', server: 'fastmcp-peer' })
    const { offers } = await peer.event('node.changed', (change) => change.offers !== undefined)
    expect(offers?.map(({ name }) => name)).toEqual(['count', 'endless', 'fails', 'asks', 'plain'])
    expect(peer.errors()).toEqual([])
  })

  it('runs a tool as a task to its end', async () => {
    const peer = connect(await target())
    const created = await peer.start('count', { to: 4 })
    expect(created.node).toBe('task')
    const ended = await peer.ended(created.id)
    expect(ended.to).toBe('completed')
    expect(JSON.stringify(ended.outcome)).toContain('counted to 4')
    expect(peer.states(created.id)).toEqual(['running', 'completed'])
    expect(peer.errors()).toEqual([])
  })

  it('tells that a tool has failed', async () => {
    const peer = connect(await target())
    const created = await peer.start('fails')
    const ended = await peer.ended(created.id)
    expect(JSON.stringify(ended.outcome)).toContain('it went wrong')
    expect(peer.errors()).toEqual([])
  })

  it('ends a task that is cancelled', async () => {
    const peer = connect(await target())
    const created = await peer.start('endless')
    await peer.event('task.state', (change) => change.id === created.id && change.to === 'running')
    const cancel = peer.ask(created.id, { verb: 'cancel' })
    await peer.control('control.effective', cancel)
    expect((await peer.ended(created.id)).to).toBe('cancelled')
    expect(peer.errors()).toEqual([])
  })

  it('gets the answer to its question', async () => {
    const peer = connect(await target())
    const created = await peer.start('asks')
    const { question } = await peer.event('task.asked', (asked) => asked.id === created.id)
    expect(question.message).toBe('Which colour?')
    const answer = { action: 'accept', content: { value: 'red' } } as const
    const control = peer.ask(created.id, { verb: 'answer', requestId: question.requestId, answer })
    await peer.control('control.effective', control)
    const ended = await peer.ended(created.id)
    expect(JSON.stringify(ended.outcome)).toContain('accept: red')
    expect(peer.errors()).toEqual([])
  })

  it('answers a plain call', async () => {
    const peer = connect(await target())
    const created = await peer.start('plain', { text: 'quiet' }, false)
    expect(created.node).toBe('call')
    expect(JSON.stringify((await peer.ended(created.id)).outcome)).toContain('QUIET')
    expect(peer.errors()).toEqual([])
  })
})
