/** `taskscope fix` helps tasks of conversations that go on, and speaks of no others. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ProxySource } from '../../../core/mcp/proxy/proxy-source.ts'
import type { ToShim } from '../../../core/mcp/proxy/shim-messages.ts'
import { sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createControlRouter } from '../../../core/registry/control-router.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { fixFindings } from '../../../core/workspace/fix-findings.ts'
import { createFakeTime } from '../../support/fake-time.ts'

const task = { taskId: 't1', createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z', ttl: null }
const messages = [
  ['c2s', { id: 1, method: 'tools/call', params: { name: 'ask', arguments: {}, task: {} } }],
  ['s2c', { id: 1, result: { task: { ...task, status: 'working', pollInterval: 100 } } }],
  ...Array.from({ length: 5 }, (_, index) => [
    ['c2s', { id: index + 2, method: 'tasks/get', params: { taskId: 't1' } }],
    ['s2c', { id: index + 2, result: { ...task, status: 'input_required', pollInterval: 100 } }],
  ]).flat(),
] as const

/** A conversation in which a task waits for input, and nobody asks for its question. */
function stalling(pid: number) {
  const time = createFakeTime()
  const registry = createRegistry()
  const sink = createEmitSink()
  const router = createControlRouter({
    registry,
    emit: createEmit(sourceId('app'), time, sink),
    clock: time,
    timers: time,
  })
  const hello = { id: 'shim', pid, transport: 'stdio', command: ['server'], startedAt: time.now() } as const
  const source = new ProxySource({ source: sourceId('server'), hello, sink, clock: time, timers: time })
  const unregister = router.register(source)
  const orders: ToShim[] = []

  function createEmitSink() {
    return (event: Parameters<typeof registry.apply>[0]) => void registry.apply(event)
  }

  return {
    source,
    orders,
    attach: () => source.attach({ send: (message) => orders.push(message), dismiss: () => undefined }),
    tell() {
      for (const [index, [dir, msg]] of messages.entries()) {
        const line = { seq: index + 1, tMs: index * 500, kind: 'rpc', dir, transport: 'stdio', msg }
        source.take({ type: 'line', line })
      }
    },
    async fix() {
      const results = fixFindings({ registry, router, clock: time, timers: time }, { waitMs: 100 })
      await time.advance(60_000)
      return results
    },
    async close() {
      await source.close('the test is over')
      unregister()
      router.close()
    },
  }
}

test('a task behind a proxy that lives is helped', async () => {
  const scene = stalling(process.pid)
  scene.attach()
  scene.tell()
  await scene.fix()
  expect(scene.orders).toMatchObject([{ type: 'order', order: { do: 'inject', method: 'tasks/result' } }])
  await scene.close()
})

test('what a dead proxy has left behind is not spoken of, not even while it is being read', async () => {
  const scene = stalling(process.pid)
  scene.tell()
  expect(await scene.fix()).toEqual([])
  await scene.close()
})

test('nor is a task whose proxy was killed a moment ago and may count as there', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const scene = stalling(pid)
  scene.attach()
  scene.tell()
  expect(await scene.fix()).toEqual([])
  await scene.close()
})
