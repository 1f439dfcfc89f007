/** Tasks of an earlier connection, found again by their ids in a file. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeptTasksFile } from '../../../../core/workspace/kept-tasks-file.ts'
import { createFakeTime } from '../../../support/fake-time.ts'
import { connect, releaseConnections } from './connect-fixture.ts'
import { labOverHttp, releaseLabs } from './lab-peer.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskscope-kept-'))
  path = join(folder, 'tasks.json')
})

afterEach(async () => {
  await releaseConnections()
  await releaseLabs()
  rmSync(folder, { recursive: true, force: true })
})

const timeout = 30_000

test('a modern task goes on over a restart, and its question is asked again', { timeout }, async () => {
  const { address } = await labOverHttp('modern')
  const before = openKeptTasksFile(path, createFakeTime(0))
  const first = connect(address, {}, { kept: before.of(address) })
  const { id } = await first.start('confirm_delete', { filename: 'secret.txt' })
  await first.event('task.asked', (event) => event.id === id)
  await first.connection.close('the application ends')
  before.close()
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toContain(id)
  expect(readFileSync(path, 'utf8')).not.toContain('secret.txt')

  const after = openKeptTasksFile(path, createFakeTime(0))
  const second = connect(address, {}, { kept: after.of(address) })
  const found = await second.event('task.created', (event) => event.id === id)
  expect(found).toMatchObject({ node: 'task', name: 'confirm_delete' })
  const asked = await second.event('task.asked', (event) => event.id === id)
  const answer = { action: 'accept', content: { confirm: true } } as const
  second.ask(id, { verb: 'answer', requestId: asked.question.requestId, answer })
  expect(JSON.stringify((await second.ended(id)).outcome)).toContain('Deleted secret.txt')
  expect(after.of(address).read()).toEqual([])
  after.close()
})

test('a task that the server has forgotten, or whose session is over, is told and not kept', { timeout }, async () => {
  const { address } = await labOverHttp('modern')
  const file = openKeptTasksFile(path, createFakeTime(0))
  const kept = file.of(address)
  kept.keep({ taskId: 'gone', tool: 'slow_compute', era: 'modern' })
  kept.keep({ taskId: 'old', tool: 'slow_compute', era: 'legacy' })
  const server = connect(address, {}, { kept })
  const logged = () => server.all('task.log').flatMap((log) => log.lines.map((line) => line.text))
  await server.until(() => logged().length === 2, 'both are told')
  expect(logged()[0]).toContain('a task of an earlier session cannot be reached any more')
  expect(logged()[1]).toContain('the task gone of slow_compute, from an earlier connection, is no longer known')
  expect(kept.read()).toEqual([])
  file.close()
})

test('a file that is no such file counts as empty', () => {
  const address = { name: 'x', url: 'http://x/', headers: {} }
  for (const text of ['nonsense', '7', '{"a":[{"taskId":7}]}']) {
    writeFileSync(path, text)
    expect(openKeptTasksFile(path, createFakeTime(0)).of(address).read()).toEqual([])
  }
})
