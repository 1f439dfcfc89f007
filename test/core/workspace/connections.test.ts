/** Several connections to MCP servers side by side in one workspace. */
import { afterEach, expect, test } from 'vitest'
import { controlId, nodeId, nodeKey, type SourceId } from '../../../core/model/identity.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import type { ServerTarget } from '../../../core/model/server-target.ts'
import { systemClock } from '../../../core/system/system-clock.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { fixtureServer } from '../mcp/client/connect-fixture.ts'
import { plainWorkspace } from './plain-workspace.ts'

let app: Workspace

afterEach(() => app.close())

async function connect(target: ServerTarget): Promise<SourceId> {
  const result = await app.connectServer(target)
  if (!result.ok) throw new Error(result.error)
  return result.value.source
}

function start(source: SourceId, offer: string): void {
  app.router.control({
    id: controlId(`start ${offer} of ${source}`),
    target: nodeKey(source, nodeId('connection')),
    by: { kind: 'program', name: 'test' },
    requestedAt: systemClock.now(),
    command: { verb: 'start', offer, input: {} },
  })
}

const taskOf = (source: SourceId) => app.registry.row(nodeKey(source, nodeId('task-1')))
const offers = (source: SourceId) => app.registry.detail(nodeKey(source, nodeId('connection')))?.offers ?? []

test('two servers that give the same ids are told apart: rows, frames, controls and ends', {
  timeout: 30_000,
}, async () => {
  app = plainWorkspace()
  const target = fixtureServer('tasks.mjs')
  const [one, other] = await Promise.all([connect(target), connect(target)])
  expect(one).not.toBe(other)
  await expect.poll(() => Math.min(offers(one).length, offers(other).length), { timeout: 10_000 }).toBeGreaterThan(0)
  start(one, 'steps')
  start(other, 'uncancellable')
  await expect
    .poll(() => [one, other].map((source) => taskOf(source)?.name), { timeout: 10_000 })
    .toEqual(['steps', 'uncancellable'])
  await expect
    .poll(
      () => {
        const row = taskOf(one)
        return row !== undefined && isTaskRow(row) ? row.state : undefined
      },
      { timeout: 10_000 },
    )
    .toBe('completed')
  expect(taskOf(other)).not.toHaveProperty('endedAt')
  for (const [source, name] of [
    [one, 'steps'],
    [other, 'uncancellable'],
  ] as const) {
    const { rows } = app.frames.list(nodeKey(source, nodeId('task-1'))) ?? { rows: [] }
    expect(rows.find((frame) => frame.method === 'tools/call')?.target).toBe(name)
  }
  expect(await app.removeSource(one)).toMatchObject({ ok: true })
  expect(taskOf(one)).toBeUndefined()
  expect(taskOf(other)).not.toHaveProperty('endedAt')
})
