/** What becomes of tasks in processes of their own when the process of their host is suddenly gone, on a fake clock. */
import { expect, test } from 'vitest'
import { nodeId } from '../../../../core/model/identity.ts'
import type { Isolation } from '../../../../core/model/node.ts'
import { createRegistry } from '../../../../core/registry/registry.ts'
import { type HostedRunner, hostRunner } from '../model/hosted-runner.ts'

function beginTask(host: HostedRunner, id: string, isolation: Isolation, parent?: string): void {
  const { emit } = host.runner()
  emit({
    kind: 'task.created',
    id: nodeId(id),
    node: 'task',
    name: id,
    isolation,
    ...(parent !== undefined && { parent: nodeId(parent) }),
    attempt: 1,
    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    capabilities: {},
  })
  emit({ kind: 'task.state', id: nodeId(id), from: 'pending', to: 'running' })
}

test('tasks of a dead parent process are orphaned within 100 ms, children first', async () => {
  const host = await hostRunner()
  for (let n = 0; n < 200; n += 1) {
    beginTask(host, `alone ${n}`, 'process')
    beginTask(host, `child ${n}`, 'process', `alone ${n}`)
  }
  beginTask(host, 'inside', 'inline')
  await host.time.advance(5000)

  const died = host.time.now()
  const crashed = host.crash()
  await host.time.advance(100)
  await crashed

  const registry = createRegistry()
  for (const event of host.events) registry.apply(event)
  const ends = host.of('task.state').filter(({ outcome }) => outcome !== undefined)
  expect(ends).toHaveLength(401)
  expect(ends.every(({ at }) => at - died <= 100)).toBe(true)
  const kinds = new Map(ends.map(({ id, outcome }) => [id, outcome?.status === 'failed' ? outcome.kind : undefined]))
  expect([kinds.get(nodeId('alone 7')), kinds.get(nodeId('child 7')), kinds.get(nodeId('inside'))]).toEqual([
    'orphaned',
    'orphaned',
    'exit',
  ])
  const order = ends.map(({ id }) => id as string)
  expect(order.indexOf('child 7')).toBeLessThan(order.indexOf('alone 7'))
  expect(registry.counters().states.running ?? 0).toBe(0)
  await host.close()
})
