/** What is told of a task on request: kept beside its row, newest only, and never a change of its state. */
import { expect, test } from 'vitest'
import { nodeId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'
import { createFakeTime } from '../../support/fake-time.ts'

async function debugged() {
  const time = createFakeTime()
  const registry = createRegistry()
  const source = sourceId('m')
  const runner = createTaskRunner({ source, sink: (event) => registry.apply(event), clock: time, timers: time })
  const nap = defineTask({ name: 'nap', state: () => ({ pages: 1 }), run: (ctx) => ctx.sleep(1e6) })
  const handle = runner.submit(nap, undefined, { id: 't' })
  await time.settle()
  const detail = () => registry.detail(nodeKey(source, nodeId('t')))
  return { time, registry, runner, handle, detail, source }
}

test('a changed state is the live state, with what it was before', async () => {
  const { handle, detail, runner } = await debugged()
  await handle.sys.replaceState({ patch: { pages: 7 } })
  expect(detail()?.live?.value.text).toBe('{"pages":7}')
  expect(detail()?.inspection?.replaced).toMatchObject({ before: { text: '{"pages":1}' }, by: { kind: 'program' } })
  expect(detail()?.row).toMatchObject({ state: 'running' })
  await runner.close('over')
})

test('what hangs on it, and what it was asked, is kept side by side', async () => {
  const { handle, detail, runner } = await debugged()
  handle.sys.trace(true)
  handle.sys.log(5)
  expect(detail()?.inspection?.debug).toEqual({ trace: true, logSize: 5, hooks: [] })
  await handle.sys.replaceState({ patch: { pages: 7 } })
  expect(detail()?.inspection?.debug?.logSize).toBe(5)
  await runner.close('over')
})

test('breakpoints are a fact of their host’s row, gone when none is left', () => {
  const registry = createRegistry()
  const source = sourceId('m')
  const id = nodeId('host')
  const stamp = { v: 1, source, at: 0 } as const
  registry.apply({
    ...stamp,
    seq: 1,
    kind: 'node.opened',
    id,
    node: 'host',
    name: 'm',
    status: 'open',
    capabilities: {},
  })
  const breakpoint = { id: 'b', on: { kind: 'start' } } as const
  registry.apply({ ...stamp, seq: 2, kind: 'node.changed', id, breakpoints: [breakpoint] })
  expect(registry.row(nodeKey(source, id))).toMatchObject({ breakpoints: [breakpoint] })
  registry.apply({ ...stamp, seq: 3, kind: 'node.changed', id, breakpoints: [] })
  expect(registry.row(nodeKey(source, id))).not.toHaveProperty('breakpoints')
})
