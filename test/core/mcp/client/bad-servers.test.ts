import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { connect, fixtureServer, releaseConnections } from './connect-fixture.ts'

afterEach(releaseConnections)

/** What a person is told when the server cannot be worked with. */
async function failureOf(...args: Parameters<typeof connect>) {
  const server = connect(...args)
  const opened = await server.connection.opened
  const failed = await server.event('node.changed', (change) => change.status === 'failed')
  expect(opened.ok).toBe(false)
  return {
    error: opened.ok ? '' : opened.error,
    detail: opened.ok ? '' : (opened.detail ?? ''),
    why: failed.why?.text,
    server,
  }
}

describe('a server that cannot be worked with is one clear error', () => {
  test('when its command does not exist', async () => {
    const { error, why } = await failureOf({ name: 'x', command: 'no-such-command-anywhere', args: [], env: {} })
    expect(error).toBe('The command "no-such-command-anywhere" was not found.')
    expect(why).toBe(error)
  })

  test('when its command may not be executed or is nonsense', async () => {
    const { error } = await failureOf({ name: 'x', command: '/tmp', args: [], env: {} })
    expect(error).toBe('The command "/tmp" may not be executed.')
    const nonsense = await failureOf({ name: 'x', command: 'a\0b', args: [], env: {} })
    expect(nonsense.error).toContain('could not be started')
  })

  test('when its working directory does not exist', async () => {
    const { error } = await failureOf({ ...fixtureServer('tasks.mjs'), cwd: '/no/such/place' })
    expect(error).toBe('The working directory /no/such/place does not exist.')
  })

  test('when it exits at once, with its last words', async () => {
    const { error, detail } = await failureOf(fixtureServer('exits-at-once.mjs'))
    expect(error).toBe('The server ended with code 3 before it answered initialize.')
    expect(detail).toContain('the database is locked')
  })

  test('when it prints garbage instead of JSON-RPC', async () => {
    const { error, detail, server } = await failureOf(fixtureServer('prints-garbage.mjs'), { garbageMs: 50 })
    expect(error).toBe('The server prints something on stdout that is not JSON-RPC.')
    expect(detail).toContain('Welcome to the weather server!')
    expect(server.all('finding')).toHaveLength(2)
    expect(server.all('finding')[0]).toMatchObject({ finding: { rule: 'not-json-rpc', node: 'connection' } })
  })

  test('when it never answers', async () => {
    const { error, detail, server } = await failureOf(fixtureServer('never-answers.mjs'), {
      noticeMs: 20,
      initializeMs: 1000,
    })
    expect(error).toBe('The server has not answered initialize within 1 s.')
    expect(detail).toContain('warming up')
    const notices = server.all('node.changed').flatMap((change) => change.why?.text ?? [])
    expect(notices).toContain('no answer to initialize for 0.02 s')
  })

  test('when it refuses', async () => {
    const { error } = await failureOf(fixtureServer('refuses-initialize.mjs'))
    expect(error).toBe('The server refused initialize: Unsupported protocol version (-32602).')
  })
})

describe('a server that misbehaves', () => {
  test('by greeting on stdout is worked with, and told of', async () => {
    const server = connect(fixtureServer('prints-banner.mjs'))
    expect(await server.connection.opened).toEqual({ ok: true })
    expect(server.all('finding')[0]?.finding.evidence).toBe('Welcome!')
  })

  test('by dying leaves its open tasks lost, its row failed, and its last words in the log', async () => {
    const server = connect(fixtureServer('tasks.mjs'))
    const hanging = await server.start('hangs')
    const { id } = await server.start('dies')
    expect(await server.ended(id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
    expect(await server.ended(hanging.id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
    const failed = await server.event('node.changed', (change) => change.status === 'failed')
    expect(failed.why?.text).toBe('ended with code 3')
    expect(JSON.stringify(server.all('task.log'))).toContain('out of memory')
    const control = server.ask('connection', { verb: 'start', offer: 'echo', input: {} })
    expect((await server.control('control.refused', control)).reason).toBe('the server does not run')
  })

  test('by listing tools for ever is read only so far', async () => {
    const server = connect(fixtureServer('lists-for-ever.mjs'))
    const { offers } = await server.event('node.changed', (change) => change.offers !== undefined)
    expect(offers).toHaveLength(200)
  })
})

describe('ending a server', { timeout: 30_000 }, () => {
  test('reaches what ignores end of input and SIGTERM, and everything that it started', async () => {
    const server = connect(fixtureServer('ignores-sigterm.mjs'))
    await server.connection.opened
    const line = await server.event('task.log', (log) => log.lines.some((entry) => entry.text.startsWith('child ')))
    const child = Number(line.lines[0]?.text.slice('child '.length))
    await server.connection.close('over')
    expect(JSON.stringify(server.all('task.log'))).toContain('not now')
    expect(server.all('node.changed').at(-1)).toMatchObject({ status: 'closed', why: { text: 'over' } })
    await server.until(() => !isAlive(child), 'its child has ended')
  })

  test('kills the task that was meant, and loses the others', async () => {
    const server = connect(fixtureServer('tasks.mjs'))
    const meant = await server.start('quiet')
    const other = await server.start('quiet')
    const control = server.ask(meant.id, { verb: 'kill' })
    await server.control('control.effective', control)
    expect(await server.ended(meant.id)).toMatchObject({ to: 'failed', outcome: { kind: 'killed' } })
    expect(await server.ended(other.id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
    expect(server.all('node.changed').at(-1)).toMatchObject({ status: 'closed' })
  })

  test('and starting it anew keeps old tasks apart from new ones with the same id', async () => {
    const server = connect(fixtureServer('tasks.mjs'))
    const before = await server.start('quiet')
    const control = server.ask('connection', { verb: 'restart' })
    await server.control('control.effective', control)
    expect(await server.ended(before.id)).toMatchObject({ to: 'failed', outcome: { kind: 'lost' } })
    const opened = server.all('node.changed').length
    await server.until(
      () =>
        server
          .all('node.changed')
          .slice(opened - 1)
          .some((change) => change.offers !== undefined),
      'tools are listed',
    )
    const after = await server.start('quiet')
    expect([before.id, after.id]).toEqual(['task-1', 'task-1~2'])
  })
})

test('a server gets a short environment with what the person gave on top, and the directory asked for', async () => {
  process.env.SECRET_OF_OURS = 'x'
  const launch = fixtureServer('tasks.mjs')
  const server = connect({ ...launch, env: { ...launch.env, GIVEN: 'yes' }, cwd: '/tmp' })
  const { id } = await server.start('environment')
  delete process.env.SECRET_OF_OURS
  const text = JSON.stringify((await server.ended(id)).outcome)
  expect(text).not.toContain('SECRET_OF_OURS')
  expect(text).toContain('GIVEN')
  expect(text).toContain('PATH')
  expect(text).toContain('/tmp')
})

test('a frozen server stands still and goes on when it is thawed', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  await server.start('quiet')
  await server.control('control.effective', server.ask('connection', { verb: 'freeze' }))
  expect(server.all('node.changed').at(-1)).toMatchObject({ status: 'frozen' })
  server.ask('connection', { verb: 'start', offer: 'echo', input: { message: 'late' } })
  const call = await server.event('task.created', (event) => event.name === 'echo')
  await server.control('control.effective', server.ask('connection', { verb: 'thaw' }))
  expect(await server.ended(call.id)).toMatchObject({ to: 'completed' })
})

/** A process that has ended stays a zombie until somebody takes notice of it, which may take its time. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
