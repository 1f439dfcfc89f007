import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { currentTask } from '../../../core/runner/current-task.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createHarness, createLatch } from './harness.ts'

describe('submit and start', () => {
  test('the handle is there before the first statement runs', () => {
    const { runner } = createHarness()
    let ran = false
    runner.submit(() => {
      ran = true
    })
    expect(ran).toBe(false)
  })

  test('start resolves when the function runs, and rejects with why it never did', async () => {
    const { runner } = createHarness()
    const input = z.object({ url: z.string() })
    const task = defineTask({ name: 'crawl', input, run: (_, { url }) => url })
    const handle = await runner.start(task, { url: 'x' })
    expect(await handle.outcome).toMatchObject({ value: 'x' })
    await expect(runner.start(task, { url: 7 } as never)).rejects.toThrow(/did not start: InvalidInput: url:/)
  })

  test('an id that is taken is refused with -32082, also after its task has ended', async () => {
    const { runner, events } = createHarness()
    const handle = runner.submit(() => 1, undefined, { id: 'mine' })
    const before = events.length
    expect(() => runner.submit(() => 2, undefined, { id: 'mine' })).toThrow(expect.objectContaining({ code: -32082 }))
    await handle.outcome
    expect(() => runner.submit(() => 2, undefined, { id: 'mine' })).toThrow(expect.objectContaining({ code: -32082 }))
    expect(events.slice(before).filter(({ kind }) => kind === 'task.created')).toEqual([])
  })

  test('an input that does not fit fails the task before it runs, with what is wrong', async () => {
    const { runner, states, ended } = createHarness()
    const task = defineTask({ name: 'crawl', input: z.object({ pages: z.number().max(3) }), run: () => 1 })
    const handle = runner.submit(task, { pages: 4 })
    await handle.outcome
    expect(states(handle.id)).toEqual(['pending', 'failed'])
    expect(ended(handle.id)).toMatchObject({ kind: 'error', error: { name: 'InvalidInput', code: -32602 } })
  })

  test('a schema may fill in what is missing, and may take its time', async () => {
    const { runner } = createHarness()
    const input = z.object({ pages: z.number().default(10) }).refine(async () => true)
    const task = defineTask({ name: 'crawl', input, run: (_, given) => given })
    // Async checks need the library's own async entry, which Standard Schema's validate uses by itself.
    const handle = runner.submit(task, {} as never)
    expect(await handle.outcome).toMatchObject({ status: 'completed', value: { pages: 10 } })
  })

  test('starts wait while the gate is closed, say why, and go on in order when it opens', async () => {
    let open = false
    let opened: () => void = () => {}
    const { runner, time, of } = createHarness({
      gate: {
        open: () => open,
        onOpen: (callback) => {
          opened = callback
          return () => undefined
        },
      },
    })
    const order: number[] = []
    const handles = [1, 2, 3].map((number) => runner.submit(() => void order.push(number)))
    await time.settle()
    expect(handles.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
    expect(of('task.changed')).toHaveLength(3)
    expect(of('task.changed')[0]?.why?.text).toBe('waits to start')
    expect(runner.waiting()).toBe(3)
    handles[1]?.cancel()
    open = true
    opened()
    await time.settle()
    expect(order).toEqual([1, 3])
    expect(runner.waiting()).toBe(0)
  })

  test('a listener that controls a task while it is told of it meets no half-made state', async () => {
    const { runner, time, states } = createHarness({
      sink: (event) => {
        told.push(event.kind === 'task.state' ? event.to : event.kind)
        if (event.kind === 'task.state' && event.to === 'running') runner.handle(event.id)?.cancel('at once')
      },
    })
    const told: string[] = []
    const handle = runner.submit((ctx) => ctx.sleep(1000))
    await time.settle()
    expect(handle.state).toBe('cancelled')
    expect(told.slice(0, 2)).toEqual(['task.created', 'running'])
    expect(states(handle.id)).toEqual(['pending'])
  })
})

describe('what a task reports', () => {
  test('progress never goes back nor past its total', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit(async (ctx) => {
      for (const current of [5, 3, Number.NaN, 12]) {
        ctx.progress({ current, total: 10 })
        await ctx.sleep(20)
      }
    })
    await time.advance(200)
    expect(of('task.progress', handle.id).map(({ current, total }) => [current, total])).toEqual([
      [5, 10],
      [5, 10],
      [5, 10],
      [10, 10],
    ])
  })

  test('samples are flushed before a transition of their task, and only of theirs', async () => {
    const { runner, events, time } = createHarness()
    const other = createLatch()
    runner.submit(
      async (ctx) => {
        ctx.progress({ current: 1 })
        await other.promise
      },
      undefined,
      { id: 'other' },
    )
    runner.submit((ctx) => ctx.progress({ current: 2 }), undefined, { id: 'quick' })
    await time.settle()
    const told = events.flatMap((event) =>
      'id' in event && event.kind !== 'task.created' ? [`${event.id} ${event.kind}`] : [],
    )
    expect(told).toEqual(['other task.state', 'quick task.state', 'quick task.progress', 'quick task.state'])
    other.open()
    await time.settle()
  })

  test('lines keep their order up to a bound, and say how many were dropped', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit((ctx) => {
      for (let line = 1; line <= 250; line += 1) ctx.log(`line ${line}`, 'warn')
      ctx.log({ plain: 'data' })
    })
    await time.settle()
    const [told] = of('task.log', handle.id)
    expect(told?.lines).toHaveLength(200)
    expect(told?.lines[0]).toEqual({ stream: 'log', level: 'warn', text: 'line 1' })
    expect(told?.dropped).toBe(51)
  })

  test('code that a task left running is told once that its context is over', async () => {
    const { runner, time, of } = createHarness()
    let context: TaskContext | undefined
    const handle = runner.submit((ctx) => {
      context = ctx
    })
    await handle.outcome
    context?.progress({ current: 1 })
    context?.progress({ current: 2 })
    await expect(context?.checkpoint('late')).rejects.toThrow('has ended')
    expect(() => context?.spawn(() => 1)).toThrow('has ended')
    await time.advance(16)
    expect(of('finding').map(({ finding }) => [finding.rule, finding.node])).toEqual([
      ['context-used-after-end', handle.id],
    ])
    expect(of('task.progress')).toEqual([])
  })

  test('the running code can be asked which task it belongs to, across awaits', async () => {
    const { runner, time } = createHarness()
    const seen: (string | undefined)[] = []
    const handle = runner.submit(async (ctx) => {
      await ctx.sleep(10)
      await Promise.resolve()
      seen.push(currentTask()?.id)
      await ctx.spawn(() => void seen.push(currentTask()?.id), undefined, { id: 'child' })
      seen.push(currentTask()?.id)
    })
    await time.advance(20)
    expect(seen).toEqual([handle.id, 'child', handle.id])
    expect(currentTask()).toBeUndefined()
  })
})

describe('questions', () => {
  test('a task that asks waits as input_required, and goes on with the answer', async () => {
    const { runner, time, control, life, of, states } = createHarness()
    const schema = z.object({ topic: z.string() })
    const handle = runner.submit((ctx) => ctx.requestInput({ message: 'Which topic?', schema }))
    await time.settle()
    const [asked] = of('task.asked', handle.id)
    expect(asked?.question).toMatchObject({ message: 'Which topic?', schema: { type: 'object', required: ['topic'] } })
    expect(handle.state).toBe('input_required')
    const requestId = asked?.question.requestId ?? ''
    const wrong = control(handle.id, { verb: 'answer', requestId, answer: { action: 'accept', content: { topic: 1 } } })
    expect(life(wrong)[1]).toMatch(/^refused: topic:/)
    const right = control(handle.id, {
      verb: 'answer',
      requestId,
      answer: { action: 'accept', content: { topic: 'a' } },
    })
    expect(life(right)).toEqual(['acknowledged', 'effective'])
    expect(await handle.outcome).toMatchObject({ value: { action: 'accept', content: { topic: 'a' } } })
    expect(states(handle.id)).toEqual(['pending', 'running', 'input_required', 'running', 'completed'])
    const late = control(handle.id, { verb: 'answer', requestId, answer: { action: 'decline' } })
    expect(life(late)[1]).toMatch(/^refused/)
  })

  test('a question may be answered while its task is held; the task goes on when it is released', async () => {
    const { runner, time, of, states } = createHarness()
    const handle = runner.submit((ctx) => ctx.requestInput({ message: '?' }))
    await time.settle()
    await handle.suspend()
    const requestId = of('task.asked')[0]?.question.requestId ?? ''
    expect(await handle.answer(requestId, { action: 'decline' })).toEqual({ effective: true })
    expect(handle.state).toBe('suspended')
    await handle.resume()
    expect(await handle.outcome).toMatchObject({ value: { action: 'decline' } })
    expect(states(handle.id)).toEqual([
      'pending',
      'running',
      'input_required',
      'suspended',
      'input_required',
      'running',
      'completed',
    ])
  })

  test('nobody answers in time: the question is closed and the asking code is told', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit((ctx) => ctx.requestInput({ message: '?', timeoutMs: 100 }))
    await time.advance(100)
    expect(await handle.outcome).toMatchObject({ status: 'failed', error: { name: 'InputTimedOut' } })
    expect(of('task.answered')).toMatchObject([{ action: 'cancel', by: { kind: 'clock' } }])
  })

  test('a cancel withdraws the question', async () => {
    const { runner, time, of } = createHarness()
    const handle = runner.submit((ctx) => ctx.requestInput({ message: '?', timeoutMs: 60_000 }))
    await time.settle()
    handle.cancel()
    await time.advance(16)
    expect((await handle.outcome).status).toBe('cancelled')
    expect(of('task.answered')).toMatchObject([{ action: 'cancel' }])
    expect(time.pending()).toBe(0)
  })

  test('a function that ends without the answer is running again when it ends', async () => {
    const { runner, time, states } = createHarness()
    const handle = runner.submit((ctx) => Promise.race([ctx.requestInput({ message: '?' }), ctx.sleep(10)]))
    await time.advance(10)
    expect(states(handle.id)).toEqual(['pending', 'running', 'input_required', 'running', 'completed'])
  })
})

describe('retry', () => {
  test('runs an ended task again with the same input, as a linked attempt; the old one stays as it ended', async () => {
    const { runner, time, control, life, of, states } = createHarness()
    let runs = 0
    const task = defineTask<{ url: string }, string>({
      name: 'fetch',
      run: async (_, input) => {
        runs += 1
        if (runs === 1) throw new Error('flaky')
        return input.url
      },
    })
    const handle = runner.submit(task, { url: 'x' }, { id: 'job', label: 'x' })
    await time.settle()
    const retried = control('job', { verb: 'retry' })
    await time.settle()
    expect(life(retried)).toEqual(['acknowledged', 'effective: as job#2'])
    expect(states('job')).toEqual(['pending', 'running', 'failed'])
    expect(states('job#2')).toEqual(['pending', 'running', 'completed'])
    expect(of('task.created', 'job#2')).toMatchObject([
      {
        attempt: 2,
        retryOf: 'job',
        label: 'x',
        trace: { traceId: handle.trace.traceId },
        input: { text: '{"url":"x"}' },
      },
    ])
    control('job', { verb: 'retry' })
    await time.settle()
    expect(of('task.created', 'job#3')).toMatchObject([{ attempt: 3, retryOf: 'job' }])
  })

  test('is refused while the task lives, and when its input is no longer kept', async () => {
    const { runner, time, control, life } = createHarness({ keepEnded: 1 })
    const first = runner.submit(() => 1)
    const living = control(first.id, { verb: 'retry' })
    expect(life(living)).toEqual(['acknowledged', 'refused: it has not ended'])
    await first.outcome
    await runner.submit(() => 2).outcome
    await time.settle()
    const forgotten = control(first.id, { verb: 'retry' })
    expect(life(forgotten)).toEqual(['acknowledged', 'refused: no such task, or its input is no longer kept'])
  })
})

describe('controls', () => {
  test('a host’s watchdog acknowledges instead where it is told so', async () => {
    const { runner, time, control, life } = createHarness({ acknowledges: false })
    const handle = runner.submit((ctx) => ctx.sleep(10))
    await time.settle()
    expect(life(control(handle.id, { verb: 'getState' }))).toEqual(['effective'])
    await time.advance(10)
  })

  test('every verb that a task does not have is refused with why', async () => {
    const { runner, time, control, life } = createHarness()
    const handle = runner.submit((ctx) => ctx.sleep(10))
    await time.settle()
    expect(life(control(handle.id, { verb: 'kill' }))[1]).toBe(
      'refused: an inline task shares its event loop with others; end the host instead',
    )
    expect(life(control(handle.id, { verb: 'freeze' }))[1]).toBe('refused: a task has no freeze')
    expect(life(control('nobody', { verb: 'suspend' }))[1]).toBe('refused: no such task')
    await time.advance(10)
    expect(life(control(handle.id, { verb: 'cancel' }))[1]).toBe('refused: it has ended')
  })

  test('a start control on the parent node runs one of the offered tasks', async () => {
    const task = defineTask({ name: 'crawl', run: (_, input) => input })
    const { runner, time, control, life, of } = createHarness({ parent: 'host' as never, tasks: [task] })
    const started = control('host', { verb: 'start', offer: 'crawl', input: { url: 'x' } })
    await time.settle()
    const [created] = of('task.created')
    expect(created).toMatchObject({ name: 'crawl', parent: 'host', why: { text: 'started by you' } })
    expect(life(started)).toEqual(['acknowledged', `effective: as ${created?.id}`])
    expect(life(control('host', { verb: 'start', offer: 'nothing', input: undefined }))[1]).toBe(
      'refused: no task is named nothing',
    )
    expect(runner.live()).toBe(0)
  })
})

describe('values that refuse to be looked at', () => {
  const refuse = () => {
    throw new Error('do not look at me')
  }
  const untouchable = new Proxy({}, { getPrototypeOf: refuse, ownKeys: refuse })

  test('one that is returned completes its task', async () => {
    const { runner, ended } = createHarness()
    const handles = [runner.submit(() => untouchable), runner.submit(async () => untouchable)]
    for (const handle of handles) {
      expect((await handle.outcome).status).toBe('completed')
      expect(ended(handle.id)).toMatchObject({ value: { text: expect.stringContaining('unreadable') } })
    }
  })

  test('one that is thrown fails its task', async () => {
    const { runner, ended } = createHarness()
    const thrower = (): never => {
      throw untouchable
    }
    const handles = [runner.submit(thrower), runner.submit(async () => thrower())]
    for (const handle of handles) {
      expect((await handle.outcome).status).toBe('failed')
      expect(ended(handle.id)).toMatchObject({ kind: 'throw' })
    }
  })
})
