import type { BrowserWindow } from 'electron'
import { expect, test } from 'vitest'
import type { ServerLaunch } from '../../core/model/server-target.ts'
import { createLaunchConsent } from '../../electron/launch-consent.ts'

const window = {} as BrowserWindow
const server: ServerLaunch = { name: 'mine', command: 'node', args: ['server.js', '--fast'], env: { LEVEL: '1' } }

function person(agrees: boolean, kept: string[] = []) {
  const asked: ServerLaunch[] = []
  const consent = createLaunchConsent(
    async (_window, launch) => {
      asked.push(launch)
      return agrees
    },
    { get: () => kept, add: (digest) => void kept.push(digest) },
  )
  return { asked, kept, given: (launch: ServerLaunch) => consent.given(window, launch) }
}

test('an exact command is asked for once, whatever it is called', async () => {
  const { asked, given } = person(true)
  expect(await given(server)).toBe(true)
  expect(await given({ ...server, name: 'yours', era: 'modern' })).toBe(true)
  expect(asked).toEqual([server])
})

test('what was agreed to is kept without the secrets that it holds, and not asked for by the next application', async () => {
  const secret = { ...server, env: { API_KEY: 'k-123' } }
  const { given, kept } = person(true)
  await given(secret)
  expect(kept.join()).not.toContain('k-123')
  const next = person(false, kept)
  expect(await next.given(secret)).toBe(true)
  expect(next.asked).toEqual([])
})

test.each([
  ['program', { command: 'bun' }],
  ['argument', { args: ['server.js --fast'] }],
  ['variable', { env: { LEVEL: '2' } }],
  ['folder', { cwd: '/elsewhere' }],
])('another %s is asked for again', async (_what, change) => {
  const { asked, given } = person(true)
  await given(server)
  await given({ ...server, ...change })
  expect(asked).toHaveLength(2)
})

test('a refusal is not remembered, so that it can be thought over', async () => {
  const { asked, given } = person(false)
  expect(await given(server)).toBe(false)
  expect(await given(server)).toBe(false)
  expect(asked).toHaveLength(2)
})
