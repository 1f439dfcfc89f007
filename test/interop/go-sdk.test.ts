/**
 * Against the official Go SDK (`github.com/modelcontextprotocol/go-sdk`), as a server and as a client, over both wires. It
 * knows no tasks, so what is asked of it is plain calls, and what is asked of us is not to disturb it with tasks.
 * `npm run test:interop`; skipped aloud where there is no Go or no way to its modules.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect, releaseConnections } from '../core/mcp/client/connect-fixture.ts'
import { type BuiltProgram, buildProgram } from '../core/mcp/serve/built-program.ts'
import { buildGo, builtPath } from './build-go.ts'

const run = promisify(execFile)
const peer = builtPath('go-peer')
const module = fileURLToPath(new URL('../fixtures/modules/mcp-tools.ts', import.meta.url))

const whyNot = await buildGo({
  folder: 'go-sdk',
  title: 'the Go SDK',
  binary: 'go-peer',
  timeoutMs: 5 * 60_000,
})
if (whyNot !== undefined) console.warn(`\nSKIPPED: interoperability with the Go SDK: ${whyNot}\n`)

const wires = [
  { era: 'legacy', version: '2025-11-25' },
  { era: 'modern', version: '2026-07-28' },
] as const

describe.skipIf(whyNot !== undefined).each(wires)(
  'a server of the Go SDK, $era',
  { timeout: 30_000 },
  ({ era, version }) => {
    afterEach(releaseConnections)
    const target = { name: 'go', command: peer, args: ['serve'], env: {}, era }

    it('offers its tools, none of them as a task', async () => {
      const server = connect(target)
      expect(await server.connection.opened).toEqual({ ok: true })
      const said = await server.event('node.changed', (change) => change.facts?.era === era)
      expect(said.facts).toMatchObject({ protocol: version, server: 'go-peer' })
      const { offers } = await server.event('node.changed', (change) => change.offers !== undefined)
      expect(offers?.map(({ name }) => name)).toEqual(['count', 'upper'])
      expect(server.errors()).toEqual([])
    })

    it('answers a call, and tells its progress', async () => {
      const server = connect(target)
      const created = await server.start('count', { to: 5 })
      expect(created.node).toBe('call')
      expect(JSON.stringify((await server.ended(created.id)).outcome)).toContain('counted to 5')
      const last = server.all('task.progress').findLast(({ id }) => id === created.id)
      expect(last).toMatchObject({ current: 5, total: 5 })
      expect(server.errors()).toEqual([])
    })

    it('is told when a call is cancelled, and answers it with an error, which is shown as what it is', async () => {
      const server = connect(target)
      const created = await server.start('count', { to: 10_000 })
      await server.until(() => server.all('task.progress').some(({ id }) => id === created.id), 'it goes on')
      server.ask(created.id, { verb: 'cancel' })
      const ended = await server.ended(created.id)
      expect(ended).toMatchObject({ to: 'completed', outcome: { afterCancelRequest: true, toolError: true } })
      expect(JSON.stringify(ended.outcome)).toContain('context canceled')
      expect(server.errors()).toEqual([])
    })
  },
)

describe.skipIf(whyNot !== undefined)('a client of the Go SDK', { timeout: 60_000 }, () => {
  let program: BuiltProgram
  beforeAll(async () => {
    program = await buildProgram()
  }, 60_000)
  afterAll(() => program?.remove())

  async function call(version: string, tool: string, input: unknown, ...words: string[]) {
    const { command, args } = program.launch(...words)
    const asked = ['call', '-version', version, '-tool', tool, '-input', JSON.stringify(input), command, ...args]
    const { stdout } = await run(peer, asked, { timeout: 40_000 })
    return JSON.parse(stdout) as { protocol: string; tools: string[]; result: unknown }
  }

  it.each(wires)('calls a tool of the lab, $era', async ({ version }) => {
    const seen = await call(version, 'greet', { name: 'Ada' }, 'lab')
    expect(seen.protocol).toBe(version)
    expect(seen.tools).toContain('slow_compute')
    expect(JSON.stringify(seen.result)).toContain('Hello, Ada!')
  })

  it.each(wires)('runs a served task by a plain call, $era', async ({ version }) => {
    const seen = await call(version, 'add', { a: 2, b: 3 }, 'serve', module)
    expect(seen.protocol).toBe(version)
    expect(JSON.stringify(seen.result)).toContain('5')
  })
})
