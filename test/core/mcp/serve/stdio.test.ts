/** Real processes over stdio, with our own client at the other end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ServerLaunch } from '../../../../core/model/server-target.ts'
import { connect, releaseConnections } from '../client/connect-fixture.ts'
import { type BuiltProgram, buildProgram } from './built-program.ts'

const patient = { timeout: 60_000 }
const module = fileURLToPath(new URL('../../../fixtures/modules/mcp-tools.ts', import.meta.url))

describe('over stdio', patient, () => {
  let program: BuiltProgram | undefined

  beforeAll(async () => {
    program = await buildProgram()
  })
  function launch(...words: string[]): ServerLaunch {
    if (program === undefined) throw new Error('the program was not built')
    return program.launch(...words)
  }
  afterEach(releaseConnections)
  afterAll(() => program?.remove())

  test('the lab runs a task for our client to its result', async () => {
    const server = connect(launch('lab'))
    expect(await server.connection.opened).toEqual({ ok: true })
    const { id } = await server.start('slow_compute', { seconds: 1 }, true)
    expect(await server.ended(id)).toMatchObject({ to: 'completed' })
    const outcome = await server.event('task.outcome', (event) => event.id === id)
    expect(JSON.stringify(outcome)).toContain('Computed it for 1 s')
  })

  test('a question of the lab is answered through our client', async () => {
    const server = connect(launch('lab', '--era', 'legacy'))
    const { id } = await server.start('confirm_delete', { filename: 'a.txt' }, true)
    const asked = await server.event('task.asked', (event) => event.id === id)
    const answer = { action: 'accept', content: { confirm: true } } as const
    server.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
    await server.ended(id)
    expect(server.states(id)).toEqual(['running', 'input_required', 'running', 'completed'])
  })

  test('a lab that only speaks the modern wire tells an old client so', async () => {
    const server = connect(launch('lab', '--era', 'modern'))
    expect(await server.connection.opened).toMatchObject({ ok: false, error: expect.stringContaining('-32022') })
  })

  test('a misbehaviour that is asked for happens', async () => {
    const server = connect(launch('lab', '--misbehave', 'low-entropy-task-id', 'bad-ttl'))
    const { id } = await server.start('slow_compute', { seconds: 0 }, true)
    expect(id).toContain('task-1')
  })

  test('a lab that is told to leave orphans dies in the middle of a task', async () => {
    const server = connect(launch('lab', '--misbehave', 'orphaned-by-server-exit'))
    const { id } = await server.start('slow_compute', { seconds: 60 }, true)
    expect(await server.ended(id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
  })

  test('a served module runs its tasks in a host of its own, and they fail and complete as its code does', async () => {
    const server = connect(launch('serve', module))
    expect(await server.connection.opened).toEqual({ ok: true })
    const sum = await server.start('add', { a: 2, b: 3 }, true)
    expect(await server.ended(sum.id)).toMatchObject({ to: 'completed' })
    expect(JSON.stringify(await server.event('task.outcome', (event) => event.id === sum.id))).toContain('5')
    const broken = await server.start('break', {}, true)
    expect(await server.ended(broken.id)).toMatchObject({ to: 'failed' })
    expect(JSON.stringify(await server.event('task.outcome', (event) => event.id === broken.id))).toContain('it broke')
  })

  test('a served task that ends its process is told as failed, and the server goes on', async () => {
    const server = connect(launch('serve', module))
    const gone = await server.start('exit', {}, true)
    expect(await server.ended(gone.id)).toMatchObject({ to: 'failed' })
    const sum = await server.start('add', { a: 1, b: 1 }, true)
    expect(await server.ended(sum.id)).toMatchObject({ to: expect.stringMatching(/completed|failed/) })
  })

  test('what a served module prints never reaches the messages', async () => {
    const server = connect(launch('serve', module))
    const { id } = await server.start('print', {}, true)
    await server.ended(id)
    expect(server.all('finding').filter(({ finding }) => finding.rule === 'not-json-rpc')).toEqual([])
  })

  test.each([
    ['the lab', ['lab']],
    ['a served module', ['serve', module]],
  ])('%s ends by itself with its input', async (_what, words) => {
    const { command, args } = launch(...words)
    const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = once(child, 'exit')
    child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
    expect(String(await once(child.stdout, 'data'))).toContain('"id":1')
    child.stdin.end()
    expect(await ended).toEqual([0, null])
  })

  test('what is not understood is said on stderr, with the exit code for it', async () => {
    const { command, args } = launch('lab', '--misbehave', 'nicely')
    const child = spawn(command, [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = once(child, 'exit')
    expect(String(await once(child.stderr, 'data'))).toContain('there is no misbehaviour "nicely"')
    expect(await ended).toEqual([64, null])
  })
})
