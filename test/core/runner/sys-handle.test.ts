/** The debugging verbs as a program uses them, with their bound of 5 s. */
import { describe, expect, test } from 'vitest'
import { defineTask } from '../../../core/runner/define-task.ts'
import { SysRefused } from '../../../core/runner/task-errors.ts'
import { createHarness, createLatch } from './harness.ts'

const busy = (latch: Promise<unknown>) =>
  defineTask({
    name: 'busy',
    state: () => ({ pages: 0 }),
    run: async (ctx) => {
      await latch
      await ctx.checkpoint()
      return ctx.state.pages
    },
  })

describe('handle.sys', () => {
  test('gives a copy of the state, which is not the state', async () => {
    // sys:get_state returns a copy: processes share nothing.
    const { runner, time } = createHarness()
    const latch = createLatch()
    const handle = runner.submit(busy(latch.promise))
    await time.settle()
    const copy = (await handle.sys.getState()) as { pages: number }
    copy.pages = 9
    expect(await handle.sys.getState()).toEqual({ pages: 0 })
    latch.open()
    await handle.outcome
    await expect(handle.sys.getState()).rejects.toThrow(SysRefused)
  })

  test('changes the state by a function; one that throws leaves it alone', async () => {
    // sys:replace_state(Name, StateFun)
    const { runner, time } = createHarness()
    const handle = runner.submit(
      defineTask({ name: 'nap', state: () => ({ pages: 1 }), run: (ctx) => ctx.sleep(60_000) }),
    )
    await time.settle()
    expect(await handle.sys.replaceState((state) => ({ pages: (state as { pages: number }).pages + 1 }))).toEqual({
      effective: true,
      effect: 'while it stood at sleep 1 m',
    })
    const failed = await handle.sys.replaceState(() => {
      throw new RangeError('no')
    })
    expect(failed).toEqual({ effective: false, reason: 'the state is unchanged, the change threw RangeError: no' })
    expect(await handle.sys.getState()).toEqual({ pages: 2 })
    await runner.close('over')
  })

  test('a busy task never keeps the asker longer than 5 s', async () => {
    // "The default timeout is 5000 ms"; gen:call exits with timeout.
    const { runner, time } = createHarness()
    const latch = createLatch()
    const handle = runner.submit(busy(latch.promise))
    await time.settle()
    const asked = handle.sys.replaceState({ set: { pages: 7 } })
    await time.advance(5000)
    expect(await asked).toEqual({
      effective: false,
      reason: 'no answer within 5 s: it has not come to a checkpoint yet',
    })
    // Like a message that stays in the mailbox, the change is still made.
    latch.open()
    expect(await handle.outcome).toEqual({ status: 'completed', value: 7 })
    await time.advance(20)
    expect(time.pending()).toBe(0)
  })

  test('answers status, statistics and log of a busy task at once', async () => {
    // sys:get_status/1, sys:statistics/2, sys:log/2
    const { runner, time } = createHarness()
    const latch = createLatch()
    const handle = runner.submit(busy(latch.promise))
    await time.settle()
    expect(handle.sys.getStatus()).toMatchObject({ state: 'running', task: 'busy' })
    expect(handle.sys.statistics()).toMatchObject({ checkpoints: 0, waits: 0 })
    expect(handle.sys.log(5)).toEqual({ size: 5, events: [], dropped: 0 })
    latch.open()
    await handle.outcome
    expect(handle.sys.log().events.map(({ kind }) => kind)).toEqual(['task.checkpoint', 'task.state'])
  })

  test('installs a function of the program with a memory of its own', async () => {
    // sys:install(Name, {Func, FuncState})
    const { runner, time } = createHarness()
    const handle = runner.submit(
      defineTask({
        name: 'steps',
        run: async (ctx) => {
          for (let step = 0; step < 10; step += 1) await ctx.sleep(100)
        },
      }),
    )
    await time.settle()
    const counts: unknown[] = []
    handle.sys.install({
      id: 'count',
      state: 0,
      func: (count, event) => {
        if (event.kind !== 'task.checkpoint') return count
        counts.push(count)
        return (count as number) < 2 ? (count as number) + 1 : 'done'
      },
    })
    await time.advance(2000)
    expect(counts).toEqual([0, 1, 2])
    expect(() => handle.sys.install({ id: 'x', kind: 'function', export: 'x' })).toThrow(SysRefused)
  })

  test('terminates with a reason', async () => {
    // sys:terminate(Name, Reason)
    const { runner, time } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(60_000))
    await time.settle()
    handle.sys.terminate('bad data')
    expect(await handle.outcome).toEqual({ status: 'cancelled', by: { kind: 'program' }, reason: 'bad data' })
  })
})
