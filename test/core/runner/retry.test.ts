/** Trying again by itself: how often, after how long, and what becomes of the chain. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineTask } from '../../../core/runner/define-task.ts'
import { backoffMs, type RetryPolicy } from '../../../core/runner/retry-policy.ts'
import { createHarness } from './harness.ts'

/** Fails so often, then gives the number of the attempt that did not. */
function flaky(failures: number, retry: RetryPolicy) {
  let calls = 0
  return defineTask({
    name: 'flaky',
    retry,
    run: () => {
      calls += 1
      if (calls <= failures) throw new Error(`try ${calls}`)
      return calls
    },
  })
}

describe('a failed task with a retry policy', () => {
  test('is tried again as linked attempts, after waits that grow, until one succeeds', async () => {
    const { runner, time, of, states } = createHarness({ random: () => 0.5 })
    const handle = runner.submit(flaky(2, { attempts: 5, backoffMs: 100, factor: 3 }), undefined, { id: 't' })
    expect(await handle.outcome).toMatchObject({ status: 'failed', error: { message: 'try 1' } })
    expect(of('task.created').at(-1)).toMatchObject({
      id: 't#2',
      attempt: 2,
      retryOf: 't',
      why: { text: 'attempt 2 of 5 in 100 ms', detail: 'after Error: try 1' },
    })
    await time.advance(99)
    expect(states('t#2')).toEqual(['pending'])
    await time.advance(1)
    expect(states('t#2')).toEqual(['pending', 'running', 'failed'])
    expect(of('task.created').at(-1)?.why).toEqual({ text: 'attempt 3 of 5 in 300 ms', detail: 'after Error: try 2' })
    await time.advance(300)
    expect(await handle.final).toEqual({ status: 'completed', value: 3 })
    expect(time.pending()).toBe(0)
  })

  test('fails for good after its last attempt', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit(flaky(9, { attempts: 3, backoffMs: 10 }), undefined, { id: 't' })
    await time.advance(1000)
    expect(of('task.created').map(({ id }) => id)).toEqual(['t', 't#2', 't#3'])
    expect(await handle.final).toMatchObject({ status: 'failed', error: { message: 'try 3' } })
  })

  test.each<[string, RetryPolicy['retryOn'], number]>([
    ['says no', () => false, 1],
    ['says yes to some', ({ error }) => error.message === 'try 1', 2],
    ['sees the attempt', ({ attempt }) => attempt < 3, 3],
  ])('is asked for each failure: retryOn %s', async (_name, retryOn, attempts) => {
    const { runner, time, of } = createHarness()
    runner.submit(flaky(9, { attempts: 5, backoffMs: 10, ...(retryOn !== undefined && { retryOn }) }))
    await time.advance(10_000)
    expect(of('task.created')).toHaveLength(attempts)
  })

  test('a retryOn that throws ends the chain with a finding', async () => {
    const { runner, time, of } = createHarness()
    const retryOn = () => {
      throw new Error('no idea')
    }
    runner.submit(flaky(9, { attempts: 5, retryOn }))
    await time.advance(100_000)
    expect(of('task.created')).toHaveLength(1)
    expect(of('finding')[0]?.finding).toMatchObject({ rule: 'retry-on' })
  })

  test('can be cancelled while it waits: the chain ends as cancelled and leaves no timer', async () => {
    const { runner, time, control } = createHarness()
    const handle = runner.submit(flaky(9, { attempts: 5 }), undefined, { id: 't' })
    await time.settle()
    control('t#2', { verb: 'cancel' })
    expect(await handle.final).toMatchObject({ status: 'cancelled' })
    await time.advance(100)
    expect(time.pending()).toBe(0)
  })

  test('held while it waits, it starts when it is released, or later when its wait is not over', async () => {
    const { runner, time, control, states } = createHarness({ random: () => 0.5 })
    runner.submit(flaky(2, { attempts: 5, backoffMs: 1000, factor: 1 }), undefined, { id: 't' })
    await time.settle()
    control('t#2', { verb: 'suspend' })
    control('t#2', { verb: 'resume' })
    expect(states('t#2')).toEqual(['pending', 'suspended', 'pending'])
    await time.advance(999)
    expect(states('t#2').at(-1)).toBe('pending')
    await time.advance(1)
    expect(states('t#2').at(-1)).toBe('failed')
    control('t#3', { verb: 'suspend' })
    await time.advance(5000)
    control('t#3', { verb: 'resume' })
    await time.settle()
    expect(states('t#3').at(-1)).toBe('completed')
  })

  test('a cancelled task is not tried again', async () => {
    const { runner, time, of, control } = createHarness()
    const task = defineTask({ name: 't', retry: { attempts: 3 }, run: (ctx) => ctx.sleep(10_000) })
    runner.submit(task, undefined, { id: 't' })
    await time.settle()
    control('t', { verb: 'cancel' })
    await time.advance(100_000)
    expect(of('task.created')).toHaveLength(1)
  })

  test('as a child it keeps its parent waiting: awaiting it gives the value of its last attempt', async () => {
    const { runner, time, of } = createHarness()
    const child = flaky(2, { attempts: 3, backoffMs: 10 })
    const { outcome } = runner.submit(async (ctx) => `child said ${await ctx.spawn(child)}`, undefined, { id: 'p' })
    await time.advance(1000)
    expect(await outcome).toEqual({ status: 'completed', value: 'child said 3' })
    expect(of('task.created').map(({ parent }) => parent)).toEqual([undefined, 'p', 'p', 'p'])
    expect(of('finding')).toEqual([])
  })

  test('a parent that has ended drains until the chain of its child has', async () => {
    const { runner, time, states } = createHarness()
    const child = flaky(1, { attempts: 3, backoffMs: 10 })
    runner.submit(
      (ctx) => {
        ctx.spawn(child, undefined, { id: 'c' })
      },
      undefined,
      { id: 'p' },
    )
    await time.settle()
    expect(states('p')).toEqual(['pending', 'running'])
    await time.advance(1000)
    expect(states('c#2').at(-1)).toBe('completed')
    expect(states('p').at(-1)).toBe('completed')
  })
})

describe('the backoff', () => {
  test('grows by its factor up to its limit, within its jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (first, attempt, jitter, random) => {
          const policy = { attempts: 99, backoffMs: first, factor: 2, maxBackoffMs: 10_000, jitter }
          const plain = Math.min(first * 2 ** (attempt - 1), 10_000)
          const wait = backoffMs(policy, attempt, random)
          expect(wait).toBeGreaterThanOrEqual(Math.floor(plain * (1 - jitter)))
          expect(wait).toBeLessThanOrEqual(Math.ceil(plain * (1 + jitter)))
        },
      ),
    )
  })

  test.each<[Partial<RetryPolicy>, string]>([
    [{ attempts: 0 }, 'retry.attempts'],
    [{ backoffMs: -1 }, 'backoff'],
    [{ factor: 0.5 }, 'retry.factor'],
    [{ jitter: 2 }, 'retry.jitter'],
  ])('a policy %j is refused', (more, message) => {
    expect(() => defineTask({ name: 't', retry: { attempts: 2, ...more }, run: () => 1 })).toThrow(message)
  })
})
