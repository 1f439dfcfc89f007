import { describe, expect, test } from 'vitest'
import { createHarness, createLatch } from './harness.ts'

describe('cancel', () => {
  test('leaves hear it first, in one turn, and nobody waits for a child before its parent hears it', async () => {
    const { runner, time, events } = createHarness()
    const heard: string[] = []
    const parent = runner.submit(
      async (ctx) => {
        ctx.signal.addEventListener('abort', () => heard.push('parent'))
        const child = ctx.spawn(
          async (inner) => {
            inner.signal.addEventListener('abort', () => heard.push('child'))
            await inner.spawn(
              async (leaf) => {
                leaf.signal.addEventListener('abort', () => heard.push('leaf'))
                await leaf.sleep(60_000)
              },
              undefined,
              { id: 'leaf' },
            )
          },
          undefined,
          { id: 'child' },
        )
        await child
      },
      undefined,
      { id: 'parent' },
    )
    await time.settle()
    parent.cancel('enough')
    expect(heard).toEqual(['leaf', 'child', 'parent'])
    await time.settle()
    const ends = events.filter((event) => event.kind === 'task.state' && event.outcome !== undefined)
    expect(ends.map((event) => 'id' in event && [event.id, 'to' in event && event.to])).toEqual([
      ['leaf', 'cancelled'],
      ['child', 'cancelled'],
      ['parent', 'cancelled'],
    ])
  })

  test('a pending task is cancelled without ever running', async () => {
    const { runner, time, states } = createHarness()
    let ran = false
    const handle = runner.submit(() => {
      ran = true
    })
    handle.cancel('not needed')
    await time.settle()
    expect(ran).toBe(false)
    expect(states(handle.id)).toEqual(['pending', 'cancelled'])
    await expect(handle.started).rejects.toThrow('did not start')
  })

  test('a held task is released to unwind, and its holds are gone', async () => {
    const { runner, time, control, life, of, states } = createHarness()
    const unwound: string[] = []
    const handle = runner.submit(async (ctx) => {
      try {
        await ctx.sleep(60_000)
      } finally {
        unwound.push('closed')
      }
    })
    await time.settle()
    await handle.suspend({ kind: 'person' })
    const cancelled = control(handle.id, { verb: 'cancel' }, { reason: 'enough' })
    await time.settle()
    expect(unwound).toEqual(['closed'])
    expect(of('task.released', handle.id)).toHaveLength(1)
    expect(states(handle.id)).toEqual(['pending', 'running', 'suspended', 'cancelling', 'cancelled'])
    expect(life(cancelled)).toEqual(['acknowledged', 'effective: cancelled after 0 ms'])
  })

  test('a task held before its start is cancelled with nothing to unwind', async () => {
    const { runner, states } = createHarness()
    const handle = runner.submit(() => 1)
    await handle.suspend()
    handle.cancel()
    expect(states(handle.id)).toEqual(['pending', 'suspended', 'cancelling', 'cancelled'])
  })

  test('a value that is returned wins, and says that cancel had been asked for', async () => {
    const { runner, time, ended } = createHarness()
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(1000).catch(() => undefined)
      return 'all the same'
    })
    await time.settle()
    handle.cancel()
    expect(await handle.outcome).toEqual({ status: 'completed', value: 'all the same', afterCancelRequest: true })
    expect(ended(handle.id)).toMatchObject({ status: 'completed', afterCancelRequest: true })
  })

  test.each([
    ['the reason itself', (reason: Error) => reason],
    [
      'an error caused by it',
      (reason: Error) => new Error('wrapped', { cause: new Error('twice', { cause: reason }) }),
    ],
    ['an abort error of a library', () => new DOMException('aborted', 'AbortError')],
    ['an error with Node’s abort code', () => Object.assign(new Error('x'), { code: 'ABORT_ERR' })],
  ])('%s counts as cancelled', async (_, make) => {
    const { runner, time } = createHarness()
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(1000).catch((reason: Error) => {
        throw make(reason)
      })
    })
    await time.settle()
    handle.cancel('why')
    expect(await handle.outcome).toMatchObject({ status: 'cancelled', reason: 'why' })
  })

  test('an error of the clean-up is a failure, marked as such', async () => {
    const { runner, time } = createHarness()
    const handle = runner.submit(async (ctx) => {
      try {
        await ctx.sleep(1000)
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the clean-up that fails is the case
        throw new Error('cannot close')
      }
    })
    await time.settle()
    handle.cancel()
    expect(await handle.outcome).toMatchObject({
      kind: 'error',
      duringCancel: true,
      error: { message: 'cannot close' },
    })
  })

  test('a second cancel joins the first: both become effective, the first reason stays', async () => {
    const { runner, time, control, life, ended } = createHarness()
    const slow = createLatch()
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(1000).catch(() => slow.promise)
      throw ctx.signal.reason
    })
    await time.settle()
    const first = control(handle.id, { verb: 'cancel' }, { reason: 'first' })
    await time.advance(20)
    const second = control(handle.id, { verb: 'cancel' }, { reason: 'second' })
    expect(life(second)).toEqual(['acknowledged'])
    slow.open()
    await time.settle()
    expect(life(first)).toEqual(['acknowledged', 'effective: cancelled after 20 ms'])
    expect(life(second)).toEqual(['acknowledged', 'effective: cancelled after 20 ms'])
    expect(ended(handle.id)).toMatchObject({ reason: 'first' })
  })

  test('while it unwinds, checkpoints and sleeps reject at once and no child can be spawned', async () => {
    const { runner, time } = createHarness()
    const refused: string[] = []
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(1000).catch(() => undefined)
      for (const attempt of [() => ctx.checkpoint(), () => ctx.sleep(1), async () => ctx.spawn(() => 1)]) {
        await attempt().catch((error: Error) => refused.push(error.name))
      }
    })
    await time.settle()
    handle.cancel()
    await handle.outcome
    expect(refused).toEqual(['TaskCancelled', 'TaskCancelled', 'TaskCancelled'])
  })

  test('the signal is aborted already when it is first touched after the cancel', async () => {
    const { runner, time } = createHarness()
    let aborted: boolean | undefined
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(1000).catch(() => undefined)
      aborted = ctx.signal.aborted
    })
    await time.settle()
    handle.cancel()
    await handle.outcome
    expect(aborted).toBe(true)
  })
})

describe('grace', () => {
  test('a function past it is abandoned: final for the tree, shown as running until it settles', async () => {
    const { runner, time, control, life, of, states } = createHarness()
    const stubborn = createLatch()
    let context: { progress(update: { current: number }): void } | undefined
    const handle = runner.submit((ctx) => {
      context = ctx
      return stubborn.promise
    })
    await time.settle()
    const cancelled = control(handle.id, { verb: 'cancel' })
    await time.advance(4999)
    expect(handle.state).toBe('cancelling')
    await time.advance(1)
    expect(await handle.outcome).toMatchObject({ status: 'failed', kind: 'abandoned' })
    expect(life(cancelled)).toEqual(['acknowledged', 'effective: abandoned after 5 s, it still runs'])
    context?.progress({ current: 7 })
    await time.advance(16)
    stubborn.fail(new Error('at last'))
    await time.settle()
    expect(of('task.sign', handle.id).map(({ text, settled }) => [text, settled])).toEqual([
      ['its function still runs', undefined],
      ['progress 7', undefined],
      ['its function has ended', true],
    ])
    expect(of('task.late', handle.id)).toMatchObject([{ what: 'error' }])
    expect(states(handle.id).filter((state) => state === 'failed')).toHaveLength(1)
    expect(time.pending()).toBe(0)
  })

  test('children are abandoned before their parents', async () => {
    const { runner, time, events } = createHarness()
    const stubborn = createLatch()
    const parent = runner.submit(
      async (ctx) => {
        ctx.spawn(() => stubborn.promise, undefined, { id: 'child' })
        await stubborn.promise
      },
      undefined,
      { id: 'parent' },
    )
    await time.settle()
    parent.cancel()
    await time.advance(5000)
    const ends = events.filter((event) => event.kind === 'task.state' && event.outcome !== undefined)
    expect(ends.map((event) => 'id' in event && event.id)).toEqual(['child', 'parent'])
    stubborn.open()
    await time.settle()
  })

  test('a parent that has unwound waits for a child within its grace, and keeps its own outcome', async () => {
    const { runner, time } = createHarness()
    const stubborn = createLatch()
    const parent = runner.submit(async (ctx) => {
      ctx.spawn(() => stubborn.promise, undefined, { id: 'child' })
      await ctx.sleep(60_000)
    })
    await time.settle()
    parent.cancel('enough')
    await time.advance(4000)
    expect(parent.state).toBe('cancelling')
    await time.advance(1000)
    expect(await parent.outcome).toMatchObject({ status: 'cancelled', reason: 'enough' })
    stubborn.open()
    await time.settle()
  })
})

describe('timeout', () => {
  test('counts only time in running: held and asking time is free', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit(
      async (ctx) => {
        await ctx.sleep(60)
        await ctx.requestInput({ message: 'go on?' })
        await ctx.sleep(10_000)
      },
      undefined,
      { timeoutMs: 100 },
    )
    await time.advance(30)
    await handle.suspend()
    await time.advance(1000)
    await handle.resume()
    await time.advance(30)
    expect(handle.state).toBe('input_required')
    await time.advance(10_000)
    const [asked] = of('task.asked', handle.id)
    await handle.answer(asked?.question.requestId ?? '', { action: 'accept', content: {} })
    await time.advance(68)
    expect(handle.state).toBe('running')
    await time.advance(2)
    expect(await handle.outcome).toMatchObject({ kind: 'timeout', error: { code: -32009 } })
  })

  test('a requested suspend does not stop its clock', async () => {
    const { runner, time } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(() => busy.promise, undefined, { timeoutMs: 100 })
    await time.settle()
    void handle.suspend()
    await time.advance(100)
    expect(handle.state).toBe('cancelling')
    busy.open()
    await time.settle()
  })

  test('fixes the outcome: a value that is returned in the grace is a late result', async () => {
    const { runner, time, of, events } = createHarness()
    const handle = runner.submit(
      async (ctx) => {
        await ctx.sleep(1000).catch(() => undefined)
        return 'saved'
      },
      undefined,
      { timeoutMs: 100 },
    )
    await time.advance(100)
    expect(await handle.outcome).toMatchObject({ status: 'failed', kind: 'timeout' })
    expect(of('task.late', handle.id)).toMatchObject([{ what: 'result', value: { text: '"saved"' } }])
    const end = events.findIndex((event) => event.kind === 'task.state' && event.to === 'failed')
    expect(events.findIndex((event) => event.kind === 'task.late')).toBeGreaterThan(end)
  })

  test('stays a timeout when the function is past its grace', async () => {
    const { runner, time, of } = createHarness()
    const stubborn = createLatch()
    const handle = runner.submit(() => stubborn.promise, undefined, { timeoutMs: 100 })
    await time.advance(5100)
    expect(await handle.outcome).toMatchObject({ kind: 'timeout' })
    expect(of('task.sign', handle.id).map(({ text }) => text)).toEqual(['its function still runs'])
    stubborn.open()
    await time.settle()
  })
})

describe('children', () => {
  test('a parent whose function has ended drains until its children have ended, with its value fixed', async () => {
    const { runner, time, of, states } = createHarness()
    const parent = runner.submit((ctx) => {
      ctx.spawn((child) => child.sleep(100), undefined, { id: 'child' })
      return 'value'
    })
    await time.settle()
    expect(parent.state).toBe('running')
    expect(of('task.changed', parent.id)).toMatchObject([
      { phase: 'draining', why: { text: 'its function has ended', detail: '1 child runs still' } },
    ])
    await time.advance(100)
    expect(await parent.outcome).toEqual({ status: 'completed', value: 'value' })
    expect(states('child').at(-1)).toBe('completed')
  })

  test('awaiting a child throws its own error into the parent', async () => {
    const { runner, time, of } = createHarness()
    const broken = new Error('broken page')
    const parent = runner.submit(async (ctx) => {
      await ctx.spawn(() => Promise.reject(broken))
    })
    await time.settle()
    expect(await parent.outcome).toMatchObject({ status: 'failed', thrown: broken })
    expect(of('finding')).toEqual([])
  })

  test('a failure that nobody awaits is a finding when the parent ends, and no unhandled rejection', async () => {
    const rejections: unknown[] = []
    const listen = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', listen)
    const { runner, time, of } = createHarness()
    const parent = runner.submit(async (ctx) => {
      ctx.spawn(() => Promise.reject(new Error('lost page')), undefined, { id: 'child', name: 'index' })
      await ctx.sleep(10)
    })
    await time.advance(20)
    process.off('unhandledRejection', listen)
    expect(parent.state).toBe('completed')
    expect(rejections).toEqual([])
    expect(of('finding').map(({ finding }) => [finding.rule, finding.node, finding.text])).toEqual([
      ['unhandled-child-failure', 'child', 'index failed and its parent never awaited it: lost page'],
    ])
  })

  test('a failure that is awaited late, but before the parent ends, is no finding', async () => {
    const { runner, time, of } = createHarness()
    const parent = runner.submit(async (ctx) => {
      const child = ctx.spawn(() => Promise.reject(new Error('seen')))
      await ctx.sleep(10)
      return (await child.outcome).status
    })
    await time.advance(20)
    expect(await parent.outcome).toMatchObject({ value: 'failed' })
    expect(of('finding')).toEqual([])
  })

  test('a child that a person cancels fails its awaiting parent, unless the parent catches it', async () => {
    const { runner, time } = createHarness()
    const handles = [false, true].map((catches) =>
      runner.submit(async (ctx) => {
        const child = ctx.spawn((inner) => inner.sleep(1000), undefined, { id: `child-${catches}` })
        if (!catches) return await child
        return await child.then(undefined, (error: Error) => error.name)
      }),
    )
    await time.settle()
    for (const catches of [false, true]) runner.handle(`child-${catches}` as never)?.cancel('no')
    await time.settle()
    expect(await handles[0]?.outcome).toMatchObject({ status: 'failed', error: { name: 'ChildCancelled' } })
    expect(await handles[1]?.outcome).toMatchObject({ status: 'completed', value: 'ChildCancelled' })
  })

  test('children nest in the trace of their parent', async () => {
    const { runner, time } = createHarness()
    const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
    let child: unknown
    const parent = runner.submit(
      (ctx) => {
        child = ctx.spawn(() => 1).trace
      },
      undefined,
      { traceparent: `00-${caller.traceId}-${caller.spanId}-01` },
    )
    await time.settle()
    expect(parent.trace).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId })
    expect(child).toMatchObject({ traceId: caller.traceId, parentSpanId: parent.trace.spanId })
  })
})

test('closing the runner cancels what lives as a shutdown, waits for it, and takes nothing new', async () => {
  const { runner, time, ended } = createHarness()
  const handle = runner.submit((ctx) => ctx.sleep(1000))
  await time.settle()
  const closed = runner.close('the app ends')
  await time.settle()
  await closed
  expect(ended(handle.id)).toEqual({ status: 'cancelled', by: { kind: 'source' }, reason: 'the app ends' })
  expect(() => runner.submit(() => 1)).toThrow('closed')
  expect(time.pending()).toBe(0)
})
