/** What a person sees of a connection: its events applied by the registry that every view reads. */
import { afterEach, expect, test } from 'vitest'
import { nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { createRegistry } from '../../../../core/registry/registry.ts'
import { connect, fixtureServer, releaseConnections } from './connect-fixture.ts'

afterEach(releaseConnections)

test('rows of tasks, calls and their server end as the server said, and nothing is out of order', async () => {
  const server = connect(fixtureServer('tasks.mjs'))
  const steps = await server.start('steps')
  const cancelled = await server.start('stubborn')
  const call = await server.start('oops')
  const cancel = server.ask(cancelled.id, { verb: 'cancel' })
  await server.event('task.outcome', (event) => event.id === steps.id)
  await server.control('control.effective', cancel)
  await server.ended(call.id)

  const registry = createRegistry()
  for (const event of server.events) registry.apply(event)
  const at = (id: string) => nodeKey(sourceId('server'), nodeId(id))
  expect(registry.row(at('connection'))).toMatchObject({
    node: 'connection',
    status: 'open',
    facts: { transport: 'stdio', era: 'legacy', protocol: '2025-11-25', version: '1.2.3' },
  })
  expect(registry.row(at(steps.id))).toMatchObject({
    node: 'task',
    name: 'steps',
    parent: at('connection'),
    state: 'completed',
    progress: { current: 3, total: 3 },
  })
  expect(registry.detail(at(steps.id))?.outcome).toMatchObject({ value: { text: expect.stringContaining('all done') } })
  const ended = registry.row(at(cancelled.id))
  expect(ended).toMatchObject({
    state: 'cancelled',
    why: { text: 'by you', detail: expect.stringContaining('still showing life') },
  })
  expect(ended).not.toHaveProperty('stillRunning.text')
  expect(registry.row(at(call.id))).toMatchObject({ node: 'call', state: 'completed', toolError: true })
  const faults = server.all('finding').flatMap(({ finding }) => [finding.rule])
  expect(faults.filter((rule) => rule === 'illegal-transition' || rule === 'duplicate-id')).toEqual([])
  expect(registry.counters().illegal).toBe(0)
})
