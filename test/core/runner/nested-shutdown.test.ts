/** How a supervisor stops one below it; what Erlang does is in the first line of each. */
import { describe, expect, test } from 'vitest'
import { defineSupervisor, type SupervisedTask } from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness, createLatch } from './harness.ts'

describe('shutdown of a supervisor below another', () => {
  /** Children two levels below that end only when the test says so, and how the stop of the topmost goes. */
  async function stopDeafTree(shutdown: SupervisedTask['shutdown']) {
    const { runner, time, ended, of } = createHarness()
    const latch = createLatch()
    const deaf = defineTask({
      name: 'deaf',
      run: async (ctx) => {
        ctx.spawn(() => latch.promise, undefined, { name: 'spawned' })
        await latch.promise
      },
    })
    const child = (id: string): SupervisedTask => ({ id, task: deaf, restart: 'permanent', shutdown: 'infinity' })
    const low = defineSupervisor({ name: 'low', strategy: 'one_for_one', children: [child('x'), child('y')] })
    const inner = defineSupervisor({
      name: 'inner',
      strategy: 'one_for_all',
      children: [{ id: 'low', task: low, restart: 'permanent' }, child('z')],
    })
    const nested = {
      id: 'inner',
      task: inner,
      restart: 'permanent',
      ...(shutdown !== undefined && { shutdown }),
    } as const
    const handle = runner.supervise(defineSupervisor({ name: 'top', strategy: 'one_for_one', children: [nested] }))
    await handle.started
    const stopped = handle.stop()
    await time.settle()
    const tasks = of('task.created').map(({ id }) => id)
    return {
      time,
      of,
      stopped,
      open: () => latch.open(),
      left: () => tasks.filter((id) => ended(id) === undefined).length,
      outcomes: () => new Set(tasks.map((id) => ended(id)?.status)),
      statuses: () => ['top', 'top/inner', 'top/inner/low'].map((id) => of('node.changed', id).at(-1)?.status),
    }
  }

  test('milliseconds are how long it may take, and then it ends with everything below it', async () => {
    // exit(Child, shutdown), and exit(Child, kill) when the time is over: what is linked to a killed supervisor dies with it.
    const { time, stopped, left, statuses, outcomes, of, open } = await stopDeafTree(1000)
    await time.advance(999)
    expect(left()).toBe(6)
    await time.advance(1)
    expect(left()).toBe(0)
    await stopped
    expect(statuses()).toEqual(['closed', 'closed', 'closed'])
    expect(outcomes()).toEqual(new Set(['cancelled', 'failed']))
    expect(of('node.changed').filter(({ status }) => status === 'closing')).toHaveLength(3)
    expect(of('task.created')).toHaveLength(6)
    open()
    await time.settle()
    expect(time.pending()).toBe(0)
  })

  test('brutal_kill ends it and everything below it at once', async () => {
    // "brutal_kill means that the child process is unconditionally terminated using exit(Child, kill)."
    const { time, stopped, left, statuses, open } = await stopDeafTree('brutal_kill')
    expect(left()).toBe(0)
    await stopped
    expect(statuses()).toEqual(['closed', 'closed', 'closed'])
    open()
    await time.settle()
    expect(time.pending()).toBe(0)
  })

  test.each(['infinity', undefined] as const)('%s waits for ever', async (shutdown) => {
    // "If the child process is another supervisor, it must be set to infinity": the default of a supervisor.
    const { time, stopped, left, statuses, open } = await stopDeafTree(shutdown)
    await time.advance(3_600_000)
    expect(left()).toBe(6)
    expect(statuses()).toEqual(['closing', 'closing', 'open'])
    open()
    await stopped
    expect(left()).toBe(0)
    expect(time.pending()).toBe(0)
  })

  test('the time it has is taken off again when it ends within it', async () => {
    // The supervisor demonitors a child that has gone down in time.
    const { time, stopped, left, open } = await stopDeafTree(1000)
    open()
    await stopped
    expect(left()).toBe(0)
    expect(time.pending()).toBe(0)
  })

  test('one that still starts is given the same time', async () => {
    // An OTP supervisor starts synchronously; ours can be stopped meanwhile, and keeps to the specification there too.
    let isOpen = true
    const { runner, time, of } = createHarness({ gate: { open: () => isOpen, onOpen: () => () => undefined } })
    const latch = createLatch()
    const deaf = defineTask({
      name: 'deaf',
      run: () => {
        isOpen = false
        return latch.promise
      },
    })
    const late = defineSupervisor({
      name: 'late',
      strategy: 'one_for_one',
      children: [
        { id: 'deaf', task: deaf, restart: 'permanent', shutdown: 'infinity' },
        { id: 'waits', task: defineTask({ name: 'waits', run: () => 1 }), restart: 'permanent' },
      ],
    })
    const handle = runner.supervise(
      defineSupervisor({
        name: 'top',
        strategy: 'one_for_one',
        children: [{ id: 'late', task: late, restart: 'permanent', shutdown: 1000 }],
      }),
    )
    handle.started.catch(() => undefined)
    await time.settle()
    expect(of('node.changed', 'top/late').at(-1)?.status).toBeUndefined()
    expect(runner.live()).toBe(2)
    let isOver = false
    const stopped = handle.stop().then(() => {
      isOver = true
    })
    await time.advance(999)
    expect([isOver, runner.live()]).toEqual([false, 1])
    await time.advance(1)
    await stopped
    expect(runner.live()).toBe(0)
    expect(of('node.changed', 'top/late').map(({ status }) => status)).toEqual(['closing', 'closed'])
    latch.open()
    await time.settle()
    expect(time.pending()).toBe(0)
  })
})
