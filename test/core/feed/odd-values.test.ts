/**
 * What no formatter likes, in every place where a task's code may put it: it reaches the viewer bounded, harms neither
 * the registry nor the feed, and the task ends as it would have with any other value.
 */
import { describe, expect, it } from 'vitest'
import type { TaskId } from '../../../core/model/identity.ts'
import { nodeKey, sourceId } from '../../../core/model/identity.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import { longestPayload } from '../../../core/runner/format-value.ts'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'
import { createFeedScene } from './feed-scene.ts'

const source = sourceId('odd')
/** Several payloads and a few dozen events of one task, each bounded by itself. */
const mostPerMessage = 20 * longestPayload

function cycle(): unknown {
  const self: Record<string, unknown> = { name: 'ouroboros' }
  self.self = self
  return self
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function throwing(): unknown {
  const trap = () => {
    throw new Error('do not touch me')
  }
  const handler = { get: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap, has: trap }
  return new Proxy({}, handler)
}

const values: readonly (readonly [string, () => unknown])[] = [
  ['a cycle', cycle],
  ['a BigInt', () => ({ atoms: 10n ** 80n })],
  ['a symbol', () => Symbol('odd')],
  ['a getter that throws', () => Object.defineProperty({}, 'a', { enumerable: true, get: throwing })],
  ['a proxy that throws from every trap', throwing],
  ['a revoked proxy', revoked],
  ['a text of 100 MB', () => 'x'.repeat(100_000_000)],
  ['an error whose message throws', () => Object.defineProperty(new Error('no'), 'message', { get: throwing })],
  ['a function', () => () => 'never called'],
]

type Put = (ctx: TaskContext, value: unknown) => unknown
const places: readonly (readonly [string, Put, 'completed' | 'failed'])[] = [
  ['its value', (_ctx, value) => ({ value }), 'completed'],
  [
    'what it throws',
    (_ctx, value) => {
      throw value
    },
    'failed',
  ],
  ['the reason of its exit', (ctx, value) => ctx.exit(value), 'failed'],
  ['its log', (ctx, value) => ctx.log(value), 'completed'],
  [
    'its state',
    (ctx, value) => {
      ctx.state.odd = value
      return ctx.checkpoint()
    },
    'completed',
  ],
  ['the label of its checkpoint', (ctx, value) => ctx.checkpoint(value as string), 'completed'],
  ['the label of a child', (ctx, value) => ctx.spawn(() => 1, undefined, { label: value as string }), 'completed'],
  ['the message of its progress', (ctx, value) => ctx.progress({ current: 1, message: value as string }), 'completed'],
]

describe.each(values)('%s', (_, make) => {
  it.each(places)('as %s, and as input', async (_place, put, ends) => {
    const scene = createFeedScene()
    const runner = createTaskRunner({
      source,
      sink: (event) => void scene.registry.apply(event),
      clock: scene.time,
      timers: scene.time,
    })
    const { client, up, down, frame } = scene.connect()
    frame()
    const handle = runner.submit(async (ctx) => put(ctx, make()), make(), { id: 'task', label: 'odd' })
    const key = nodeKey(source, handle.id as TaskId)
    client.watch({ detail: key })
    const outcome = await handle.outcome
    runner.control({
      id: 'c' as never,
      target: key,
      by: { kind: 'person' },
      requestedAt: 0,
      command: { verb: 'getState' },
    })
    runner.flush()
    for (let n = 0; n < 5; n += 1) {
      up.deliver()
      for (const message of down.waiting) expect(JSON.stringify(message).length).toBeLessThan(mostPerMessage)
      frame()
    }

    expect(outcome.status).toBe(ends)
    const row = client.rows.get(key)
    expect(row !== undefined && isTaskRow(row) && row.state).toBe(ends)
    expect(client.detail?.outcome?.status).toBe(ends)
    expect(client.detail?.input?.text.length).toBeLessThanOrEqual(longestPayload)
    expect(client.detail).toEqual(scene.registry.detail(key))
    await runner.close('over')
  })
})
