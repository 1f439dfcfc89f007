/** OTP's supervisor rules with tasks as children; what Erlang does is in the first line of each. */
import { describe, expect, test } from 'vitest'
import {
  defineSupervisor,
  type SupervisedTask,
  type SupervisorOptions,
} from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness, createLatch, type Latch } from './harness.ts'

/** Tasks by name whose attempts end at the test's word; `order` tells their starts and ends. */
function createWorkers() {
  const order: string[] = []
  const latches = new Map<string, Latch<unknown>>()
  const worker = (name: string) =>
    defineTask({
      name,
      run: async (ctx) => {
        order.push(`+${name}`)
        const latch = createLatch<unknown>()
        latches.set(name, latch)
        ctx.signal.addEventListener('abort', () => latch.fail(ctx.signal.reason))
        try {
          return await latch.promise
        } finally {
          order.push(`-${name}`)
        }
      },
    })
  return {
    order,
    worker,
    fail: (name: string) => latches.get(name)?.fail(new Error(`${name} broke`)),
    finish: (name: string) => latches.get(name)?.open(undefined),
  }
}

function supervise(strategy: SupervisorOptions['strategy'], more: Partial<SupervisorOptions> = {}) {
  const harness = createHarness()
  const workers = createWorkers()
  const definition = defineSupervisor({
    name: 'top',
    strategy,
    intensity: 3,
    children: ['a', 'b', 'c'].map((id) => ({ id, task: workers.worker(id), restart: 'permanent' })),
    ...more,
  })
  const handle = harness.runner.supervise(definition)
  const reports = () =>
    harness
      .of('supervisor.report')
      .map(({ report }) => [report.report, report.child, report.reason].filter(Boolean).join(' '))
  return { ...harness, ...workers, handle, reports }
}

describe('strategies', () => {
  test('one_for_one starts the one that ended again and leaves its siblings alone', async () => {
    // "one_for_one: if one child process terminates and is to be restarted, only that child process is affected."
    const { handle, time, order, fail } = supervise('one_for_one')
    await handle.started
    fail('b')
    await time.settle()
    expect(order).toEqual(['+a', '+b', '+c', '-b', '+b'])
    await handle.stop()
  })

  test('children start in the order of their list and stop in the reverse of it', async () => {
    // "started … from left to right"; "terminates its child processes in reversed start order".
    const { handle, order } = supervise('one_for_one')
    await handle.started
    await handle.stop()
    expect(order).toEqual(['+a', '+b', '+c', '-c', '-b', '-a'])
  })

  test('one_for_all ends the siblings in reverse order and starts all as further attempts', async () => {
    // "all other child processes are terminated and then all child processes are restarted"
    const { handle, time, order, fail, of, reports } = supervise('one_for_all')
    await handle.started
    fail('b')
    await time.settle()
    expect(order).toEqual(['+a', '+b', '+c', '-b', '-c', '-a', '+a', '+b', '+c'])
    expect(
      of('task.created')
        .slice(3)
        .map(({ name, attempt }) => `${name}#${attempt}`),
    ).toEqual(['a#2', 'b#2', 'c#2'])
    expect(of('supervisor.report').find(({ report }) => report.report === 'restarting')?.report).toMatchObject({
      child: 'b',
      restarted: ['a', 'b', 'c'],
      left: 2,
    })
    expect(reports()).toEqual([
      'progress a',
      'progress b',
      'progress c',
      'child_terminated b Error: b broke',
      'restarting b',
      'progress a',
      'progress b',
      'progress c',
    ])
    await handle.stop()
  })

  test('rest_for_one leaves what was started before alone', async () => {
    // "those after the terminated child in start order"
    const { handle, time, order, fail } = supervise('rest_for_one')
    await handle.started
    fail('b')
    await time.settle()
    expect(order.slice(3)).toEqual(['-b', '-c', '+b', '+c'])
    await handle.stop()
  })

  test('simple_one_for_one starts children of one template, each with its own input', async () => {
    // start_child(SupRef, ExtraArgs) with the template's specification.
    const { runner, time, of, control, life } = createHarness()
    const seen: unknown[] = []
    const job = defineTask({
      name: 'job',
      run: (ctx, input: number) => {
        seen.push(input)
        return ctx.sleep(10_000)
      },
    })
    const pool = defineSupervisor({
      name: 'pool',
      strategy: 'simple_one_for_one',
      children: [{ id: 'job', task: job, restart: 'transient' }],
    })
    const handle = runner.supervise(pool)
    await handle.started
    expect(handle.children()).toEqual([])
    expect(of('node.changed', 'pool').find(({ offers }) => offers !== undefined)?.offers).toEqual([{ name: 'job' }])
    const first = await handle.startChild(1)
    await handle.startChild(2, { id: 'second' })
    const third = control('pool', { verb: 'start', offer: 'job', input: 3 })
    await time.settle()
    expect(seen).toEqual([1, 2, 3])
    expect(life(third)).toEqual(['acknowledged', 'effective: as job-3'])
    expect(handle.children().map(({ id }) => id)).toEqual(['job-1', 'second', 'job-3'])
    expect(of('task.created').map(({ parent, label }) => `${parent} ${label}`)).toEqual([
      'pool job-1',
      'pool second',
      'pool job-3',
    ])
    await expect(handle.startChild(4, { id: 'second' })).rejects.toThrow('it has a child second already')
    control(first.id, { verb: 'cancel' })
    await time.settle()
    expect(handle.children().map(({ id }) => id)).toEqual(['second', 'job-3'])
    await handle.stop()
  })

  test.each<[string, Partial<SupervisorOptions>, string]>([
    ['a strategy that nobody knows', { strategy: 'all' as never }, 'strategy of supervisor s must be one of'],
    ['two templates', { strategy: 'simple_one_for_one' }, 's: simple_one_for_one takes exactly one child'],
    [
      'a restart type that nobody knows',
      { children: [{ id: 'x', task: {} as never, restart: 'always' as never }] },
      'restart of child x of s must be one of permanent, transient, temporary',
    ],
    [
      'a negative shutdown',
      { children: [{ id: 'x', task: {} as never, restart: 'permanent', shutdown: -1 }] },
      'shutdown of child x of s must be brutal_kill, infinity or milliseconds',
    ],
  ])('a definition with %s is refused', (_name, more, message) => {
    // supervisor:check_childspecs/1 gives {error, Error}.
    const { worker } = createWorkers()
    const children = ['a', 'b'].map((id) => ({ id, task: worker(id), restart: 'permanent' as const }))
    expect(() => defineSupervisor({ name: 's', strategy: 'one_for_one', children, ...more })).toThrow(message)
  })
})

describe('shutdown', () => {
  /** One child that hears nothing, and how its supervisor's stop goes. */
  async function stopDeaf(shutdown: SupervisedTask['shutdown']) {
    const { runner, time, ended } = createHarness()
    const latch = createLatch()
    const task = defineTask({ name: 'deaf', run: () => latch.promise })
    const handle = runner.supervise(
      defineSupervisor({
        name: 'top',
        strategy: 'one_for_one',
        children: [{ id: 'deaf', task, restart: 'temporary', ...(shutdown !== undefined && { shutdown }) }],
      }),
    )
    await handle.started
    const id = handle.child('deaf')?.id ?? ''
    const stopped = handle.stop()
    await time.settle()
    return { time, latch, stopped, status: () => ended(id)?.status }
  }

  test('brutal_kill does not wait at all', async () => {
    // "brutal_kill means that the child process is unconditionally terminated using exit(Child, kill)."
    const { status, latch, stopped } = await stopDeaf('brutal_kill')
    expect(status()).toBe('cancelled')
    latch.open()
    await stopped
  })

  test('milliseconds are how long a child may take to end, and no longer', async () => {
    // "exit(Child, shutdown) … If no exit signal is received within the specified time, exit(Child, kill)."
    const { status, time, latch, stopped } = await stopDeaf(1000)
    await time.advance(999)
    expect(status()).toBeUndefined()
    await time.advance(1)
    expect(status()).toBe('cancelled')
    latch.open()
    await stopped
  })

  test('infinity waits for ever', async () => {
    // "infinity": exit(Child, shutdown), then wait without a limit for its exit.
    const { status, time, latch, stopped } = await stopDeaf('infinity')
    await time.advance(1_000_000)
    expect(status()).toBeUndefined()
    latch.open()
    await stopped
    expect(status()).toBe('cancelled')
  })

  test('five seconds for a worker that says nothing else', async () => {
    // "The shutdown key … Defaults to 5000 if the child is of type worker."
    const { status, time, latch, stopped } = await stopDeaf(undefined)
    await time.advance(4999)
    expect(status()).toBeUndefined()
    await time.advance(1)
    expect(status()).toBe('cancelled')
    latch.open()
    await stopped
  })
})

describe('restart types', () => {
  async function endOf(restart: SupervisedTask['restart'], how: 'fail' | 'finish') {
    const harness = createHarness()
    const workers = createWorkers()
    const handle = harness.runner.supervise(
      defineSupervisor({
        name: 'top',
        strategy: 'one_for_one',
        children: [{ id: 'a', task: workers.worker('a'), restart }],
      }),
    )
    await handle.started
    workers[how]('a')
    await harness.time.settle()
    const starts = workers.order.filter((word) => word === '+a').length
    await handle.stop()
    return starts
  }

  test('permanent: started again however it ended', async () => {
    // "A permanent child process is always restarted."
    expect([await endOf('permanent', 'fail'), await endOf('permanent', 'finish')]).toEqual([2, 2])
  })

  test('transient: started again only when it failed', async () => {
    // "A transient child process is restarted only if it terminates abnormally", not with normal or shutdown.
    expect([await endOf('transient', 'fail'), await endOf('transient', 'finish')]).toEqual([2, 1])
  })

  test('temporary: never started again', async () => {
    // "A temporary child process is never restarted."
    expect([await endOf('temporary', 'fail'), await endOf('temporary', 'finish')]).toEqual([1, 1])
  })
})

describe('reports and budget', () => {
  test('giving up is reported as shutdown with its reason, and as a finding', async () => {
    // A supervisor report of type shutdown, reason reached_max_restart_intensity.
    const { handle, time, fail, reports, of } = supervise('one_for_one', { intensity: 0 })
    await handle.started
    fail('a')
    await time.settle()
    expect(reports()).toContain('shutdown a reached_max_restart_intensity')
    expect(of('finding').map(({ finding }) => finding)).toEqual([
      {
        rule: 'supervisor-gave-up',
        severity: 'error',
        node: 'top',
        text: 'top gave up: a would need more than 0 restarts in 5 s (Error: a broke)',
      },
    ])
  })

  test('a child that cannot start is a start_error', async () => {
    // "start_error: the child process failed to start."
    const { runner, time, of } = createHarness()
    const bad = defineTask({
      name: 'bad',
      state: (): Record<string, unknown> => {
        throw new Error('no room')
      },
      run: () => 1,
    })
    const children = [{ id: 'bad', task: bad, restart: 'permanent' as const }]
    const handle = runner.supervise(defineSupervisor({ name: 'top', strategy: 'one_for_one', children }))
    await expect(handle.started).rejects.toThrow('bad could not start')
    await time.settle()
    expect(of('supervisor.report').map(({ report }) => report)).toMatchObject([{ report: 'start_error', child: 'bad' }])
  })

  test('what is left of the budget is a fact of the node, and comes back when the window has moved on', async () => {
    // intensity and period are a sliding window.
    const { handle, time, fail, of } = supervise('one_for_one')
    await handle.started
    fail('a')
    await time.settle()
    expect(of('node.changed').at(-1)?.facts).toEqual({ restarts: 1, left: 2 })
    await time.advance(5001)
    expect(of('node.changed').at(-1)?.facts).toEqual({ restarts: 1, left: 3 })
    await handle.stop()
  })
})

describe('what a person does', () => {
  test('terminate is no terminate_child: the supervisor restarts by type', async () => {
    // sys:terminate/2 makes the process exit with the reason, like any exit.
    const { handle, time, control, of } = supervise('one_for_one')
    await handle.started
    control(handle.child('a')?.id ?? '', { verb: 'terminate' }, { reason: 'bad data' })
    await time.settle()
    expect(of('task.created').map(({ name, attempt }) => `${name}#${attempt}`)).toEqual(['a#1', 'b#1', 'c#1', 'a#2'])
    await handle.stop()
  })

  test('cancel is terminate_child: not restarted, and retry starts it again without cost', async () => {
    // terminate_child/2, then restart_child/2.
    const { handle, time, control, of } = supervise('one_for_all')
    await handle.started
    const first = handle.child('a')?.id ?? ''
    control(first, { verb: 'cancel' })
    await time.settle()
    expect(handle.child('a')).toBeUndefined()
    expect(of('task.created')).toHaveLength(3)
    control(first, { verb: 'retry' })
    await time.settle()
    expect(handle.child('a')?.id).toBe(`${first}#2`)
    expect(of('supervisor.report').some(({ report }) => report.report === 'restarting')).toBe(false)
    await handle.stop()
  })

  test('suspending a supervisor suspends what is under it, nested ones too', async () => {
    // sys:suspend on a supervisor stops it alone; its children are what a person means here.
    const { runner, time, control, life } = createHarness()
    const nap = defineTask({ name: 'nap', run: (ctx) => ctx.sleep(10_000) })
    const inner = defineSupervisor({
      name: 'inner',
      strategy: 'one_for_one',
      children: [{ id: 'nap', task: nap, restart: 'permanent' }],
    })
    const outer = defineSupervisor({
      name: 'outer',
      strategy: 'one_for_one',
      children: [
        { id: 'nap', task: nap, restart: 'permanent' },
        { id: 'inner', task: inner, restart: 'permanent' },
      ],
    })
    const handle = runner.supervise(outer)
    await handle.started
    runner.submit(nap)
    await time.settle()
    expect(life(control('outer', { verb: 'suspend' }))[1]).toBe(
      'effective: held 2 of 2: nap at sleep 10 s; nap at sleep 10 s',
    )
    expect(life(control('outer/inner', { verb: 'resume', all: true }))[1]).toMatch('released 1 of 1')
    await runner.close('over')
  })
})
