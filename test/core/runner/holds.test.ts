import { describe, expect, test } from 'vitest'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createHarness, createLatch } from './harness.ts'

const breakpoint = { kind: 'breakpoint', name: 'page 3' } as const

/** Writes a number after each checkpoint, as a task that appends to a file does. */
function createWriter() {
  const lines: number[] = []
  return {
    lines,
    run: async (ctx: TaskContext) => {
      for (let line = 1; ; line += 1) {
        await ctx.checkpoint(`line ${line}`)
        lines.push(line)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

describe('suspend', () => {
  test('is requested at once and effective at the next checkpoint, not before', async () => {
    const { runner, time, control, life, of } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(async (ctx) => {
      await busy.promise
      await ctx.checkpoint('chunk 402')
    })
    await time.settle()
    const asked = control(handle.id, { verb: 'suspend' })
    await time.advance(3200)
    expect(handle.state).toBe('running')
    expect(life(asked)).toEqual(['acknowledged'])
    expect(of('task.hold', handle.id)).toMatchObject([{ hold: { id: asked, how: 'checkpoint' } }])
    expect(of('task.hold', handle.id)[0]?.hold.effectiveAt).toBeUndefined()
    busy.open()
    await time.settle()
    expect(handle.state).toBe('suspended')
    expect(life(asked)).toEqual(['acknowledged', 'effective: at chunk 402'])
    expect(of('task.hold', handle.id).at(-1)?.hold).toMatchObject({ at: 'chunk 402', effectiveAt: time.now() })
    expect(of('task.state', handle.id).at(-1)).toMatchObject({
      control: asked,
      why: { text: 'by you', detail: 'at chunk 402' },
    })
  })

  test('takes effect at once on a task that sleeps, and the sleep ends in its own time', async () => {
    const { runner, time } = createHarness()
    const done = createLatch<number>()
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(100)
      done.open(time.now())
    })
    const began = time.now()
    await time.advance(50)
    expect(await handle.suspend()).toEqual({ effective: true, effect: 'at sleep 100 ms' })
    await time.advance(20)
    await handle.resume()
    await time.advance(30)
    expect((await done.promise) - began).toBe(100)
  })

  test('a sleep that ends while its task is held waits for the release', async () => {
    const { runner, time, states } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(100))
    await time.settle()
    await handle.suspend()
    await time.advance(1000)
    expect(handle.state).toBe('suspended')
    await handle.resume()
    await time.settle()
    expect(states(handle.id)).toEqual(['pending', 'running', 'suspended', 'running', 'completed'])
  })

  test('holds a pending task before its first statement', async () => {
    const { runner, time, states } = createHarness()
    let ran = false
    const handle = runner.submit(() => {
      ran = true
    })
    expect(await handle.suspend()).toEqual({ effective: true, effect: 'at its start' })
    await time.settle()
    expect(ran).toBe(false)
    await handle.resume()
    await time.settle()
    expect(ran).toBe(true)
    expect(states(handle.id)).toEqual(['pending', 'suspended', 'pending', 'running', 'completed'])
  })

  test('submit can hold a task before anything of it runs', async () => {
    const { runner, time } = createHarness()
    const handle = runner.submit(() => 1, undefined, { holdFor: breakpoint })
    await time.settle()
    expect(handle.state).toBe('suspended')
    await handle.resume(breakpoint)
    expect(await handle.outcome).toMatchObject({ value: 1 })
  })

  test('is refused on a task that has ended, is being cancelled, drains, or is held by the same owner', async () => {
    const { runner, time } = createHarness()
    const ended = runner.submit(() => 1)
    await ended.outcome
    expect(await ended.suspend()).toEqual({ effective: false, reason: 'it has completed' })

    const stubborn = createLatch()
    const cancelling = runner.submit(() => stubborn.promise)
    await time.settle()
    cancelling.cancel()
    expect(await cancelling.suspend()).toEqual({ effective: false, reason: 'it is being cancelled' })
    stubborn.open()

    const draining = runner.submit((ctx) => {
      ctx.spawn((child) => child.sleep(100))
    })
    await time.settle()
    expect(await draining.suspend()).toMatchObject({ reason: 'its function has ended, only its children run' })

    const held = runner.submit((ctx) => ctx.sleep(100))
    await time.settle()
    await held.suspend({ kind: 'person' })
    expect(await held.suspend({ kind: 'person' })).toEqual({ effective: false, reason: 'you hold it already' })
    held.cancel()
    await time.advance(100)
  })

  test('a wish that never took effect is refused when the task ends first', async () => {
    const { runner, time, control, life } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(() => busy.promise)
    await time.settle()
    const asked = control(handle.id, { verb: 'suspend' })
    busy.open()
    await time.settle()
    expect(handle.state).toBe('completed')
    expect(life(asked)).toEqual(['acknowledged', 'refused: its function ended before it reached a checkpoint'])
  })

  test('a function that ends beside a held checkpoint keeps its end to itself until the release', async () => {
    const { runner, time, states } = createHarness()
    const failing = createLatch()
    const handle = runner.submit((ctx) => Promise.race([ctx.sleep(1000), failing.promise]))
    await time.settle()
    await handle.suspend()
    failing.fail(new Error('beside'))
    await time.settle()
    expect(handle.state).toBe('suspended')
    await handle.resume()
    expect(states(handle.id)).toEqual(['pending', 'running', 'suspended', 'running', 'failed'])
    await time.advance(16)
    expect(time.pending()).toBe(0)
  })
})

describe('resume', () => {
  test('releases the asker’s hold only; the task goes on when the last is gone', async () => {
    const { runner, time, control, life } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(1000))
    await time.settle()
    const mine = control(handle.id, { verb: 'suspend' })
    const theirs = control(handle.id, { verb: 'suspend' }, { by: breakpoint })
    expect(life(mine)).toEqual(['acknowledged', 'effective: at sleep 1 s'])
    expect(life(theirs)).toEqual(['acknowledged', 'effective: at sleep 1 s'])
    await time.advance(500)
    const first = control(handle.id, { verb: 'resume' })
    expect(life(first)).toEqual(['acknowledged', 'effective: held for 500 ms, still held by page 3'])
    expect(handle.state).toBe('suspended')
    const again = control(handle.id, { verb: 'resume' })
    expect(life(again)).toEqual(['acknowledged', 'refused: it is held by page 3; resume all releases every hold'])
    const last = control(handle.id, { verb: 'resume' }, { by: breakpoint })
    expect(life(last)).toEqual(['acknowledged', 'effective: held for 500 ms'])
    expect(handle.state).toBe('running')
    handle.cancel()
    await time.settle()
  })

  test('all releases every hold', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(1000))
    await time.settle()
    await handle.suspend({ kind: 'person' })
    await handle.suspend(breakpoint)
    expect(await handle.resumeAll({ kind: 'person' })).toEqual({ effective: true, effect: 'held for 0 ms' })
    expect(handle.state).toBe('running')
    expect(of('task.released', handle.id)).toHaveLength(2)
    handle.cancel()
    await time.settle()
  })

  test('withdraws a hold that has not taken effect', async () => {
    const { runner, time, control, life, states } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(async (ctx) => {
      await busy.promise
      await ctx.checkpoint()
    })
    await time.settle()
    const asked = control(handle.id, { verb: 'suspend' })
    const resumed = control(handle.id, { verb: 'resume' })
    expect(life(asked)).toEqual(['acknowledged', 'refused: released before it took effect'])
    expect(life(resumed)).toEqual(['acknowledged', 'effective: released before it was held'])
    busy.open()
    await time.settle()
    expect(states(handle.id)).toEqual(['pending', 'running', 'completed'])
  })

  test('is refused on a task that nobody holds', async () => {
    const { runner, time } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(10))
    await time.settle()
    expect(await handle.resume()).toEqual({ effective: false, reason: 'it is not held' })
    await time.advance(10)
  })
})

describe('step', () => {
  test('runs to the next checkpoint, keeps the holds, and does exactly one piece of work', async () => {
    const { runner, time, control, life, of } = createHarness()
    const { lines, run } = createWriter()
    const handle = runner.submit(run)
    await time.settle()
    await handle.suspend({ kind: 'person' })
    const written = lines.length
    for (let round = 1; round <= 3; round += 1) {
      const stepped = control(handle.id, { verb: 'step' })
      await time.settle()
      expect(lines).toHaveLength(written + round)
      expect(life(stepped)).toEqual(['acknowledged', `effective: at line ${written + round + 1}`])
      expect(handle.state).toBe('suspended')
    }
    expect(of('task.released', handle.id)).toEqual([])
    expect(of('task.hold', handle.id).at(-1)?.hold.at).toBe(`line ${lines.length + 1}`)
    handle.cancel()
    await time.settle()
  })

  test('is effective also when the task ends first', async () => {
    const { runner, time, control, life } = createHarness()
    const handle = runner.submit(async (ctx) => {
      await ctx.checkpoint('last')
      return 'end'
    })
    await handle.suspend()
    const started = control(handle.id, { verb: 'step' })
    await time.settle()
    expect(life(started)).toEqual(['acknowledged', 'effective: at last'])
    const stepped = control(handle.id, { verb: 'step' })
    await time.settle()
    expect(life(stepped)).toEqual(['acknowledged', 'effective: it ended'])
    expect(handle.state).toBe('completed')
  })

  test('is refused on a task that is not held, not yet held, or already stepping', async () => {
    const { runner, time } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(async (ctx) => {
      await busy.promise
      await ctx.checkpoint('a')
      await ctx.sleep(1000)
    })
    await time.settle()
    expect(await handle.step()).toEqual({ effective: false, reason: 'it is not held' })
    void handle.suspend()
    expect(await handle.step()).toEqual({ effective: false, reason: 'it is not suspended yet' })
    busy.open()
    await time.settle()
    expect(await handle.step()).toEqual({ effective: true, effect: 'at sleep 1 s' })
    const slow = handle.step()
    expect(await handle.step()).toEqual({ effective: false, reason: 'a step is under way' })
    await time.advance(1000)
    expect(await slow).toEqual({ effective: true, effect: 'it ended' })
  })

  test('a step whose holds are all released says that nothing will hold any more', async () => {
    const { runner, time } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(1000))
    await time.settle()
    await handle.suspend()
    const slow = handle.step()
    await handle.resume()
    expect(await slow).toEqual({ effective: false, reason: 'released before it reached the next checkpoint' })
    await time.advance(1000)
  })
})

describe('spawn as a checkpoint', () => {
  test('a child that was spawned while a hold was wanted starts when the hold is withdrawn before it took effect', async () => {
    const { runner, time, control } = createHarness()
    const busy = createLatch()
    const handle = runner.submit(async (ctx) => {
      await busy.promise
      const child = ctx.spawn(() => 'made')
      await new Promise((resolve) => setImmediate(resolve))
      control(handle.id, { verb: 'resume' })
      return child
    })
    await time.settle()
    control(handle.id, { verb: 'suspend' })
    busy.open()
    await time.settle()
    expect(await handle.outcome).toMatchObject({ status: 'completed', value: 'made' })
  })

  test('a child that its held parent awaits does not start before the release', async () => {
    const { runner, time, of } = createHarness()
    let childRan = false
    const ready = createLatch()
    const handle = runner.submit(async (ctx) => {
      await ready.promise
      await ctx.spawn(
        () => {
          childRan = true
        },
        undefined,
        { name: 'index', id: 'child' },
      )
    })
    await time.settle()
    const suspended = handle.suspend()
    ready.open()
    expect(await suspended).toEqual({ effective: true, effect: 'at spawn index' })
    await time.settle()
    expect(childRan).toBe(false)
    expect(of('task.created', 'child')).toMatchObject([{ why: { text: `held with ${handle.name}` } }])
    await handle.resume()
    await time.settle()
    expect(childRan).toBe(true)
    expect(handle.state).toBe('completed')
  })
})

test('a task that is always at checkpoints still lets controls in: a checkpoint gives the event loop a turn', async () => {
  const { runner } = createHarness({ clock: { now: () => performance.timeOrigin + performance.now() } })
  let turns = 0
  const handle = runner.submit(async (ctx) => {
    for (;;) {
      await ctx.checkpoint()
      turns += 1
    }
  })
  await handle.started
  // Only a macrotask of its own lets this line run at all.
  await new Promise((resolve) => setTimeout(resolve, 1))
  expect(await handle.suspend()).toMatchObject({ effective: true })
  const at = turns
  await new Promise((resolve) => setImmediate(resolve))
  expect(turns).toBe(at)
  handle.cancel()
  expect((await handle.outcome).status).toBe('cancelled')
})
