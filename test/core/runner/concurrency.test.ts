/** How many tasks run at once, who waits, and why that never ends in everybody waiting for everybody. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineSupervisor } from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness } from './harness.ts'

const nap = defineTask({ name: 'nap', run: (ctx, ms: number) => ctx.sleep(ms) })
const pair = defineTask({ name: 'pair', concurrency: 2, run: (ctx, ms: number) => ctx.sleep(ms) })

describe('a concurrency limit', () => {
  test('of the module: so many top-level tasks run, the others are pending and say why, in order', async () => {
    const { runner, time, states, of } = createHarness({ concurrency: 2 })
    for (const id of ['a', 'b', 'c', 'd']) runner.submit(nap, 100, { id })
    await time.settle()
    expect(['a', 'b', 'c', 'd'].map((id) => states(id).at(-1))).toEqual(['running', 'running', 'pending', 'pending'])
    expect(of('task.changed', 'c')[0]?.why).toEqual({
      text: 'waits for its turn',
      detail: '2 of its module may run at once',
    })
    await time.advance(150)
    expect(states('c').at(-1)).toBe('running')
    await time.advance(1000)
    expect(states('d').at(-1)).toBe('completed')
  })

  test('of a definition: others are not concerned', async () => {
    const { runner, time, states } = createHarness()
    for (const id of ['a', 'b', 'c']) runner.submit(pair, 100, { id })
    runner.submit(nap, 100, { id: 'other' })
    await time.settle()
    expect(['a', 'b', 'c', 'other'].map((id) => states(id).at(-1))).toEqual([
      'running',
      'running',
      'pending',
      'running',
    ])
    await time.advance(1000)
    expect(states('c').at(-1)).toBe('completed')
  })

  test('a child runs in the place of its parent, so that both can end', async () => {
    const { runner, time, states } = createHarness({ concurrency: 1 })
    const deep = defineTask({
      name: 'deep',
      concurrency: 1,
      run: async (ctx, depth: number): Promise<void> => {
        if (depth > 0) await ctx.spawn(deep, depth - 1)
      },
    })
    runner.submit(deep, 3, { id: 't' })
    await time.settle()
    expect(states('t').at(-1)).toBe('completed')
  })

  test('a task that is cancelled while it waits frees nothing and blocks nobody', async () => {
    const { runner, time, states, control } = createHarness({ concurrency: 1 })
    for (const id of ['a', 'b', 'c']) runner.submit(nap, 100, { id })
    await time.settle()
    control('b', { verb: 'cancel' })
    await time.advance(150)
    expect([states('b').at(-1), states('c').at(-1)]).toEqual(['cancelled', 'running'])
    await time.advance(150)
  })

  test('supervised children do not count: they are meant to run always', async () => {
    const { runner, time, states } = createHarness({ concurrency: 1 })
    const handle = runner.supervise(
      defineSupervisor({
        name: 's',
        strategy: 'one_for_one',
        children: [{ id: 'nap', task: nap, input: 1e6, restart: 'permanent' }],
      }),
    )
    await handle.started
    runner.submit(nap, 100, { id: 'a' })
    await time.settle()
    expect(states('a').at(-1)).toBe('running')
    await runner.close('over')
  })

  test('is never passed, whatever starts, ends, is held or cancelled, and everything ends', async () => {
    const step = fc.record({
      do: fc.constantFrom('submit', 'cancel', 'suspend', 'resume', 'wait'),
      which: fc.nat(9),
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 30 }), async (limit, steps) => {
        let inside = 0
        let most = 0
        const counted = defineTask({
          name: 'counted',
          run: async (ctx) => {
            inside += 1
            most = Math.max(most, inside)
            try {
              await ctx.sleep(10)
            } finally {
              inside -= 1
            }
          },
        })
        const { runner, time, control } = createHarness({ concurrency: limit })
        let made = 0
        for (const { do: what, which } of steps) {
          if (what === 'submit') runner.submit(counted, undefined, { id: `t${made++}` })
          else if (what === 'wait') await time.advance(which)
          else control(`t${which % Math.max(1, made)}`, { verb: what })
        }
        for (let id = 0; id < made; id += 1) control(`t${id}`, { verb: 'resume' })
        await time.advance(10_000)
        expect(most).toBeLessThanOrEqual(limit)
        expect(runner.live()).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})
