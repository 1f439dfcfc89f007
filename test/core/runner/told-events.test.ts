/** What hangs on a task is told its events as they were told to the world, whoever keeps them beside it. */
import { expect, it } from 'vitest'
import { controlId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'

it('a file of events and a debug function get copies without the place in a registry of the same process', async () => {
  const registry = createRegistry()
  const written: string[] = []
  let heard = 0
  const runner = createTaskRunner({
    source: sourceId('s'),
    sink: (event) => void registry.apply(event),
    openEventFile: (path) => ({
      path,
      write: (event) => void written.push(JSON.stringify(event)),
      close: () => undefined,
    }),
  })
  const handle = await runner.start((ctx: TaskContext) => {
    return new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve(), { once: true }))
  })
  handle.sys.install({
    id: 'spoils',
    func: (state, event) => {
      heard += 1
      Object.assign(event as object, { kind: 'spoilt' })
      return state
    },
  })
  const target = nodeKey(runner.id, handle.id)
  const command = { verb: 'logToFile', file: '/events' } as const
  runner.control({ id: controlId('1'), target, by: { kind: 'program' }, requestedAt: 0, command })
  handle.cancel('enough')
  await handle.outcome
  await runner.close('over')
  expect(heard).toBeGreaterThan(0)
  expect(written.length).toBeGreaterThan(0)
  for (const line of written) expect(JSON.parse(line)).not.toHaveProperty('ord')
  const kept = registry.detail(target)?.events.items.map(({ kind }) => kind)
  expect(kept?.filter((kind) => kind === 'task.state')).toHaveLength(3)
  expect(kept).not.toContain('spoilt')
})
