/** A server over HTTP that wants to know who asks, from its first 401 to a token that is renewed. */
import { afterEach, describe, expect, test } from 'vitest'
import { createAuthorizer } from '../../../../core/mcp/client/oauth/authorizer.ts'
import { openLoopback } from '../../../../core/mcp/client/oauth/loopback-listener.ts'
import { type AuthorizationStore, inMemory } from '../../../../core/mcp/client/oauth/stored-authorization.ts'
import { nodeId } from '../../../../core/model/identity.ts'
import type { NodeFacts } from '../../../../core/model/node.ts'
import { systemTimers } from '../../../../core/system/system-clock.ts'
import { type LockedLab, lockedLab, releaseLocks } from './authorization-peer.ts'
import { connect, releaseConnections } from './connect-fixture.ts'
import { releaseLabs } from './lab-peer.ts'

const timeout = 30_000

afterEach(async () => {
  await releaseConnections()
  await releaseLocks()
  await releaseLabs()
})

interface Person {
  readonly store?: AuthorizationStore
  readonly open?: (page: URL) => Promise<boolean>
  readonly patienceMs?: number
  readonly clientId?: string
}

function connectLocked(lab: LockedLab, person: Person = {}) {
  const { store = inMemory(), patienceMs, clientId } = person
  const pages: URL[] = []
  const open = async (page: URL) => {
    pages.push(page)
    if (person.open !== undefined) return person.open(page)
    void lab.browse(page)
    return true
  }
  const authorizer = createAuthorizer({
    serverUrl: lab.address.url,
    store,
    timers: systemTimers,
    open,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    ...(clientId === undefined ? {} : { clientId }),
  })
  return { ...connect(lab.address, {}, { authorizer }), pages, store }
}

const isNeeded = (change: { readonly facts?: NodeFacts }) => change.facts?.authorization === 'needed'
const needed = (server: ReturnType<typeof connectLocked>) => server.event('node.changed', isNeeded)

describe.each(['legacy', 'modern'] as const)('a server that wants a token on the %s wire', (era) => {
  test('is left alone until the person authorizes; then it goes on', { timeout }, async () => {
    const lab = await lockedLab(era)
    const server = connectLocked(lab)
    expect(await server.connection.opened).toEqual({ ok: true })
    expect(await needed(server)).toMatchObject({
      why: { text: 'needs authorization' },
      capabilities: { authorize: true },
    })
    const early = server.ask('connection', { verb: 'start', offer: 'greet', input: { name: 'Ada' } })
    expect((await server.control('control.refused', early)).reason).toBe('the server does not run')
    expect(server.pages).toEqual([])
    expect(lab.seen.filter((line) => !line.endsWith('/mcp'))).toEqual([])

    await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
    expect(server.pages).toHaveLength(1)
    const { id } = await server.start('greet', { name: 'Ada' })
    expect(JSON.stringify((await server.ended(id)).outcome)).toContain('Hello, Ada!')
    const told = server.all('node.changed').findLast((change) => change.capabilities !== undefined)
    expect(told?.capabilities).not.toHaveProperty('authorize')
    expect(server.errors()).toEqual([])
  })
})

test('a token that has run out is renewed without a word; when that fails, the session waits and goes on', {
  timeout,
}, async () => {
  const lab = await lockedLab()
  const server = connectLocked(lab)
  await needed(server)
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  const first = await server.start('greet', { name: 'Ada' })
  await server.ended(first.id)

  lab.expire()
  const second = await server.start('greet', { name: 'Bob' })
  expect(JSON.stringify((await server.ended(second.id)).outcome)).toContain('Hello, Bob!')
  expect(server.pages).toHaveLength(1)

  lab.expire(true)
  const asks = server.all('node.changed').length
  const third = await server.start('greet', { name: 'Cyd' })
  expect((await server.ended(third.id)).outcome).toMatchObject({
    kind: 'lost',
    error: { message: expect.stringContaining('HTTP 401') },
  })
  await server.until(
    () =>
      server
        .all('node.changed')
        .slice(asks)
        .find((change) => change.facts?.authorization === 'needed'),
    'it asks again',
  )
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  const last = await server.start('greet', { name: 'Dan' })
  expect(JSON.stringify((await server.ended(last.id)).outcome)).toContain('Hello, Dan!')
  // It is the same session, and the same registration.
  expect(server.all('node.changed').filter((change) => change.facts?.era !== undefined)).toHaveLength(1)
  expect(lab.registered).toBe(1)
})

test('a server that registers nobody is spoken to as the client that it knows, also when the token is renewed', {
  timeout,
}, async () => {
  const lab = await lockedLab('legacy', 'known-by-hand')
  const nobody = connectLocked(lab)
  await needed(nobody)
  const refused = nobody.ask('connection', { verb: 'authorize' })
  expect((await nobody.control('control.refused', refused)).reason).toContain('dynamic client registration')

  const server = connectLocked(lab, { clientId: 'known-by-hand' })
  await needed(server)
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  const first = await server.start('greet', { name: 'Ada' })
  expect(JSON.stringify((await server.ended(first.id)).outcome)).toContain('Hello, Ada!')
  lab.expire()
  const second = await server.start('greet', { name: 'Bob' })
  expect(JSON.stringify((await server.ended(second.id)).outcome)).toContain('Hello, Bob!')
  expect(server.pages).toHaveLength(1)
  expect(lab.registered).toBe(0)
})

test('a server that wants a wider authorization gets it from the person, and keeps what it had', {
  timeout,
}, async () => {
  const lab = await lockedLab()
  const server = connectLocked(lab)
  await needed(server)
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  lab.demand('tools')
  const refused = await server.start('greet', { name: 'Ada' })
  expect((await server.ended(refused.id)).outcome).toMatchObject({
    error: { message: expect.stringContaining('HTTP 403') },
  })
  await server.until(() => server.all('node.changed').filter(isNeeded).length === 2, 'it asks again')
  expect(server.all('node.changed').findLast(isNeeded)?.why?.detail).toContain('not enough')
  expect(server.pages).toHaveLength(1)

  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  expect(server.pages.map((page) => page.searchParams.get('scope'))).toEqual(['tasks', 'tasks tools'])
  const greeted = await server.start('greet', { name: 'Bob' })
  expect(JSON.stringify((await server.ended(greeted.id)).outcome)).toContain('Hello, Bob!')
})

test('what the server tells between requests arrives again once it knows who asks', { timeout }, async () => {
  const lab = await lockedLab()
  const server = connectLocked(lab)
  await needed(server)
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  await server.event('node.changed', (change) => change.offers !== undefined)
  lab.expire(true)
  lab.hangUp()
  await server.until(() => server.all('node.changed').filter(isNeeded).length === 2, 'the broken stream is refused')
  const before = lab.streams
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  await expect.poll(() => lab.streams, { timeout: 20_000 }).toBeGreaterThan(before)
})

test('what was kept is used by the next connection, without a browser', { timeout }, async () => {
  const lab = await lockedLab()
  const store = inMemory()
  const before = connectLocked(lab, { store })
  await needed(before)
  await before.control('control.effective', before.ask('connection', { verb: 'authorize' }))
  await before.connection.close('enough')
  const after = connectLocked(lab, { store })
  const { id } = await after.start('greet', { name: 'Ada' })
  await after.ended(id)
  expect(after.pages).toEqual([])
})

test('no secret is told to anyone: neither in events nor in frames', { timeout }, async () => {
  const lab = await lockedLab()
  const server = connectLocked(lab)
  await needed(server)
  await server.control('control.effective', server.ask('connection', { verb: 'authorize' }))
  const { id } = await server.start('greet', { name: 'Ada' })
  await server.ended(id)
  await server.connection.close('enough')
  const { rows } = server.connection.frames(nodeId('connection'))
  const told = JSON.stringify([server.events, rows, rows.map(({ seq }) => server.connection.frameText(seq))])
  expect(lab.secrets.length).toBeGreaterThanOrEqual(3)
  for (const secret of lab.secrets) expect(told).not.toContain(secret)
})

describe('an authorization that does not come about is refused in one sentence, and can be tried again:', () => {
  const cases: readonly [string, (lab: LockedLab) => Person, RegExp][] = [
    ['the person does not want to go there', () => ({ open: async () => false }), /did not want/],
    [
      'the authorization server says no',
      (lab) => ({
        open: async (page) => {
          void lab.browse(page, (back) => {
            back.searchParams.delete('code')
            back.searchParams.set('error', 'access_denied')
          })
          return true
        },
      }),
      /says "access_denied"/,
    ],
    [
      'the answer names another issuer',
      (lab) => ({
        open: async (page) => {
          void lab.browse(page, (back) => back.searchParams.set('iss', 'https://evil.example'))
          return true
        },
      }),
      /issuer/i,
    ],
    ['nobody comes back', () => ({ open: async () => true, patienceMs: 30 }), /nobody came back/],
  ]
  test.each(cases)('%s', { timeout }, async (_what, person, says) => {
    const lab = await lockedLab()
    const server = connectLocked(lab, person(lab))
    await needed(server)
    const control = server.ask('connection', { verb: 'authorize' })
    expect((await server.control('control.refused', control)).reason).toMatch(says)
    const again = server.ask('connection', { verb: 'authorize' })
    expect((await server.control('control.refused', again)).reason).toMatch(says)
  })
})

describe('the listener on loopback', () => {
  test('believes no other state, no other path and no other name of this machine', async () => {
    const listener = await openLoopback()
    try {
      const answer = listener.answer('right')
      const status = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(`http://127.0.0.1:${listener.port}${path}`, init)
        await response.body?.cancel()
        return response.status
      }
      expect(await status('/callback?code=stolen&state=wrong')).toBe(400)
      expect(await status('/callback?code=stolen')).toBe(400)
      expect(await status('/other?code=stolen&state=right')).toBe(404)
      expect(await status('/callback?code=stolen&state=right', { method: 'POST' })).toBe(404)
      const elsewhere = await fetch(`http://localhost:${listener.port}/callback?code=stolen&state=right`).catch(
        () => undefined,
      )
      expect([undefined, 404]).toContain(elsewhere?.status)
      expect(await status('/callback?code=mine&state=right&iss=me')).toBe(200)
      expect(await answer).toEqual({ ok: true, code: 'mine', issuer: 'me' })
    } finally {
      listener.close()
    }
  })

  test('is gone once it is closed, and whoever waits is told', async () => {
    const listener = await openLoopback()
    const answer = listener.answer('state')
    listener.close()
    expect(await answer).toMatchObject({ ok: false })
    await expect(fetch(listener.redirectUrl)).rejects.toThrow()
  })

  test('takes another port when the wanted one is taken', async () => {
    const first = await openLoopback()
    const second = await openLoopback(first.port)
    expect(second.port).not.toBe(first.port)
    first.close()
    second.close()
  })
})
