/** The fifteen cases of the Erlang runner from which this one descends, each with an assertion that can fail. */
import { describe, expect, test } from 'vitest'
import { defineSupervisor } from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { foldMs } from '../../../core/runner/samples.ts'
import { createHarness, createLatch } from './harness.ts'

describe('the fifteen cases of the seed', () => {
  test('basic execution: a task has an id, starts, and completes', async () => {
    const { runner, time, states } = createHarness()
    const handle = runner.submit(() => 'ok')
    expect(handle.id).toMatch(/^[0-9a-f]{12}$/)
    expect(handle.state).toBe('pending')
    await time.settle()
    expect(await handle.outcome).toEqual({ status: 'completed', value: 'ok' })
    expect(states(handle.id)).toEqual(['pending', 'running', 'completed'])
  })

  test('result: the value comes back as it was, and formatted in the event', async () => {
    const { runner, ended } = createHarness()
    const value = { nested: { list: [1, 2, 3] }, text: 'x' }
    const handle = runner.submit(async () => value)
    const outcome = await handle.outcome
    expect(outcome.status === 'completed' && outcome.value).toBe(value)
    expect(ended(handle.id)).toEqual({
      status: 'completed',
      value: { format: 'json', text: JSON.stringify(value), size: JSON.stringify(value).length, truncated: false },
    })
  })

  test('cancellation: a waiting task is told, and ends cancelled with the reason', async () => {
    const { runner, time, states, ended } = createHarness()
    let told: unknown
    const handle = runner.submit(
      (ctx) =>
        new Promise((_, reject) => {
          ctx.signal.addEventListener('abort', () => {
            told = ctx.signal.reason
            reject(ctx.signal.reason)
          })
        }),
    )
    await time.settle()
    handle.cancel('no longer needed')
    await time.settle()
    expect(told).toMatchObject({ name: 'TaskCancelled', message: 'no longer needed', why: 'cancel' })
    expect(states(handle.id)).toEqual(['pending', 'running', 'cancelling', 'cancelled'])
    expect(ended(handle.id)).toMatchObject({ status: 'cancelled', reason: 'no longer needed' })
  })

  test('timeout: a task that runs too long fails with -32009, when its time is over and not before', async () => {
    const { runner, time, ended, states } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(5000), undefined, { timeoutMs: 100 })
    await time.advance(99)
    expect(handle.state).toBe('running')
    await time.advance(1)
    expect(states(handle.id)).toEqual(['pending', 'running', 'cancelling', 'failed'])
    expect(ended(handle.id)).toMatchObject({ status: 'failed', kind: 'timeout', error: { code: -32009 } })
  })

  test('failure: a thrown error is the outcome, with its stack', async () => {
    const { runner, ended } = createHarness()
    const thrown = new Error('test_error')
    const handle = runner.submit(() => Promise.reject(thrown))
    expect(await handle.outcome).toMatchObject({ status: 'failed', kind: 'error', thrown })
    expect(ended(handle.id)).toMatchObject({ error: { name: 'Error', message: 'test_error', stack: thrown.stack } })
  })

  test('progress: the caller hears of it under its own token, the newest of each 16 ms', async () => {
    const { runner, time, of } = createHarness()
    const heard: unknown[] = []
    const handle = runner.submit(
      async (ctx) => {
        ctx.progress({ current: 50, total: 100, message: 'half' })
        await ctx.sleep(100)
        ctx.progress({ current: 99, total: 100 })
        ctx.progress({ current: 100, total: 100 })
      },
      undefined,
      { progressToken: 'mine', onProgress: (progress) => heard.push(progress) },
    )
    await time.advance(200)
    expect(heard).toEqual([
      { token: 'mine', current: 50, total: 100, message: 'half' },
      { token: 'mine', current: 100, total: 100 },
    ])
    expect(of('task.progress', handle.id).map(({ current, folded }) => [current, folded])).toEqual([
      [50, undefined],
      [100, 1],
    ])
  })

  test('supervised task: it runs under its supervisor, and gives its result', async () => {
    const { runner, time, of, ended } = createHarness()
    const work = defineTask({ name: 'work', run: async () => 'supervised' })
    const supervisor = runner.supervise(
      defineSupervisor({
        name: 'top',
        strategy: 'one_for_one',
        children: [{ id: 'work', task: work, restart: 'temporary' }],
      }),
    )
    await supervisor.started
    await time.settle()
    const [created] = of('task.created')
    expect(created).toMatchObject({ name: 'work', parent: supervisor.id })
    expect(ended(created?.id ?? '')).toMatchObject({ status: 'completed', value: { text: '"supervised"' } })
    await supervisor.stop()
  })

  test('registry integration: what observers are told ends in the same state as the task', async () => {
    const { runner, time, states } = createHarness()
    const handle = runner.submit(() => ({ pi: 3.14 }), undefined, { id: 'from-the-registry' })
    await time.settle()
    expect(handle.id).toBe('from-the-registry')
    expect(states('from-the-registry').at(-1)).toBe(handle.state)
    expect(handle.state).toBe('completed')
  })

  test('concurrency: ten tasks, ten right results', async () => {
    const { runner, time } = createHarness()
    const square = async (ctx: { sleep(ms: number): Promise<void> }, input: number) => {
      await ctx.sleep(100 - input * 7)
      return input * input
    }
    const handles = Array.from({ length: 10 }, (_, input) => runner.submit<number, number>(square, input))
    expect(runner.live()).toBe(10)
    await time.advance(200)
    const values = await Promise.all(handles.map(async ({ outcome }) => outcome))
    expect(values).toEqual(handles.map((_, input) => ({ status: 'completed', value: input * input })))
    expect(runner.live()).toBe(0)
  })

  test('parent death: when a parent fails, its children are cancelled and end before it', async () => {
    const { runner, time, events, ended } = createHarness()
    const parent = runner.submit(async (ctx) => {
      ctx.spawn((child) => child.sleep(60_000), undefined, { id: 'child' })
      await ctx.sleep(10)
      throw new Error('parent died')
    })
    await time.advance(600)
    expect(ended('child')).toMatchObject({ status: 'cancelled', by: { kind: 'parent' } })
    expect(ended(parent.id)).toMatchObject({ status: 'failed', error: { message: 'parent died' } })
    const ends = events.filter((event) => event.kind === 'task.state' && event.outcome !== undefined)
    expect(ends.map((event) => 'id' in event && event.id)).toEqual(['child', parent.id])
  })

  test('debugging: the live state of a running task can be asked for', async () => {
    const { runner, time, control, life, of } = createHarness()
    const task = defineTask({
      name: 'counter',
      state: () => ({ pages: 0 }),
      run: async (ctx) => {
        ctx.state.pages = 7
        await ctx.sleep(1000)
      },
    })
    const handle = runner.submit(task)
    await time.settle()
    const asked = control(handle.id, { verb: 'getState' })
    expect(life(asked)).toEqual(['acknowledged', 'effective'])
    expect(of('task.live', handle.id).map(({ value }) => value.text)).toEqual(['{"pages":7}'])
    handle.cancel()
    await time.settle()
  })

  test('long-running task: its steps are seen in order, then it completes', async () => {
    const { runner, time, of, states } = createHarness()
    const handle = runner.submit(async (ctx) => {
      for (let step = 1; step <= 5; step += 1) {
        await ctx.checkpoint(`step ${step}`)
        await ctx.sleep(1000)
      }
    })
    await time.advance(5000)
    const labels = of('task.checkpoint', handle.id).map(({ label, folded }) => [label, folded])
    expect(labels).toEqual(Array.from({ length: 5 }, () => ['sleep 1 s', 1]))
    expect(states(handle.id)).toEqual(['pending', 'running', 'completed'])
  })

  test('thrown value: what is no Error fails as throw, with the value', async () => {
    const { runner, ended } = createHarness()
    const handle = runner.submit(() => {
      throw { reason: 'custom' }
    })
    expect(await handle.outcome).toMatchObject({ status: 'failed', kind: 'throw', thrown: { reason: 'custom' } })
    expect(ended(handle.id)).toMatchObject({ error: { value: { format: 'json', text: '{"reason":"custom"}' } } })
  })

  test('exit: a task that ends itself fails as exit, even when its function swallows the exit', async () => {
    const { runner, time, ended } = createHarness()
    const plain = runner.submit((ctx) => ctx.exit('normal'))
    const swallowed = runner.submit((ctx) => {
      try {
        ctx.exit(new Error('gone'))
      } catch {
        return 'went on'
      }
    })
    await time.settle()
    expect(ended(plain.id)).toMatchObject({ status: 'failed', kind: 'exit', error: { message: 'normal' } })
    expect(ended(swallowed.id)).toMatchObject({ status: 'failed', kind: 'exit', error: { message: 'gone' } })
  })

  test('invalid definitions are refused at once', () => {
    const { runner } = createHarness()
    expect(() => defineTask({ name: 'x' } as never)).toThrow('needs a run function')
    expect(() => defineTask({ name: '', run: () => 1 })).toThrow('needs a name')
    expect(() => runner.submit({ name: 'x', run: 1 } as never)).toThrow(TypeError)
    expect(() => runner.submit('not a function' as never)).toThrow(TypeError)
    expect(runner.live()).toBe(0)
  })
})

describe('what the seed got wrong', () => {
  test('the runner answers while a function runs: controls are acknowledged in the same turn', async () => {
    const { runner, time, control, life } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(() => busy.promise)
    await time.settle()
    const asked = control(handle.id, { verb: 'getState' })
    expect(life(asked)).toEqual(['acknowledged', 'effective'])
    busy.open()
    await handle.outcome
  })

  test('cancel reaches every one of a hundred running tasks', async () => {
    const { runner, time } = createHarness()
    const handles = Array.from({ length: 100 }, () => runner.submit((ctx) => ctx.sleep(60_000)))
    await time.settle()
    for (const handle of handles) handle.cancel()
    await time.settle()
    const outcomes = await Promise.all(handles.map(async ({ outcome }) => (await outcome).status))
    expect(outcomes.filter((status) => status === 'cancelled')).toHaveLength(100)
    await time.advance(foldMs)
    expect(time.pending()).toBe(0)
  })

  test('suspend holds the function itself: a ticking task stops ticking until it is resumed', async () => {
    const { runner, time } = createHarness()
    let ticks = 0
    const handle = runner.submit(async (ctx) => {
      for (;;) {
        await ctx.sleep(10)
        ticks += 1
      }
    })
    await time.advance(55)
    expect(ticks).toBe(5)
    expect(await handle.suspend()).toMatchObject({ effective: true })
    await time.advance(1000)
    expect(ticks).toBe(5)
    await handle.resume()
    await time.advance(25)
    expect(ticks).toBeGreaterThan(5)
    handle.cancel()
    await time.settle()
  })

  test("a child's success never harms its parent", async () => {
    const { runner, time } = createHarness()
    const handle = runner.submit(async (ctx) => {
      const value = await ctx.spawn(() => 'fine')
      await ctx.sleep(10)
      return value
    })
    await time.advance(20)
    expect(await handle.outcome).toEqual({ status: 'completed', value: 'fine' })
  })

  test('a failing task fails alone: those beside it and those after it run on', async () => {
    const { runner, time } = createHarness()
    const beside = runner.submit(async (ctx) => {
      await ctx.sleep(10)
      return 1
    })
    const failing = runner.submit(() => Promise.reject({ error: { tuple: [1, Symbol('x')] } }))
    await time.settle()
    const after = runner.submit(() => 2)
    await time.advance(10)
    expect((await failing.outcome).status).toBe('failed')
    expect(await beside.outcome).toMatchObject({ value: 1 })
    expect(await after.outcome).toMatchObject({ value: 2 })
  })

  test('a cancelled task gives its place back: a thousand cancels leave nothing alive', async () => {
    const { runner, time } = createHarness()
    for (let round = 0; round < 1000; round += 1) {
      const handle = runner.submit((ctx) => ctx.sleep(1000))
      if (round % 2 === 0) await handle.started
      handle.cancel()
    }
    await time.settle()
    expect(runner.live()).toBe(0)
    await time.advance(foldMs)
    expect(time.pending()).toBe(0)
  })

  test('a worker that goes on after its cancel is shown to do so, and its result is a late fact, not a completion', async () => {
    const { runner, time, of, states } = createHarness()
    const stubborn = createLatch<string>()
    const handle = runner.submit(() => stubborn.promise)
    await time.settle()
    handle.cancel()
    await time.advance(5000)
    expect(states(handle.id)).toEqual(['pending', 'running', 'cancelling', 'failed'])
    stubborn.open('too late')
    await time.settle()
    expect(states(handle.id)).toHaveLength(4)
    expect(of('task.late', handle.id).map(({ what, value }) => [what, value.text])).toEqual([['result', '"too late"']])
  })

  test('each start costs the same, however many tasks live or have ended', async () => {
    const { runner, time, events } = createHarness()
    const counts: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const before = events.length
      const handles = Array.from({ length: 500 }, () => runner.submit(() => 1))
      await time.settle()
      await Promise.all(handles.map(({ outcome }) => outcome))
      counts.push(events.length - before)
    }
    expect(counts).toEqual([1500, 1500, 1500])
  })

  test('start, timeout and the end of a parent are told to observers as every transition is', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit(
      async (ctx) => {
        await ctx.spawn((child) => child.sleep(1000), undefined, { id: 'child' })
      },
      undefined,
      { timeoutMs: 50 },
    )
    await time.advance(60)
    const told = of('task.state').map(({ id, to }) => [id === handle.id ? 'parent' : id, to])
    expect(told).toEqual([
      ['parent', 'running'],
      ['child', 'running'],
      ['parent', 'cancelling'],
      ['child', 'cancelling'],
      ['child', 'cancelled'],
      ['parent', 'failed'],
    ])
  })
})
