import { describe, expect, test } from 'vitest'
import { defineSupervisor, type SupervisedTask } from '../../../core/runner/define-supervisor.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness, createLatch, type Latch } from './harness.ts'

/** A task whose every attempt fails or returns at the test's word. */
function createWorker(name = 'crawl') {
  const attempts: Latch<unknown>[] = []
  const task = defineTask({
    name,
    run: (ctx) => {
      const latch = createLatch<unknown>()
      attempts.push(latch)
      ctx.signal.addEventListener('abort', () => latch.fail(ctx.signal.reason))
      return latch.promise
    },
  })
  return { task, attempts }
}

function one(child: SupervisedTask, more: { intensity?: number; periodMs?: number } = {}) {
  return defineSupervisor({ name: 'pipeline', strategy: 'one_for_one', children: [child], ...more })
}

describe('a supervisor of tasks', () => {
  test('is a node with its strategy and budget as facts', async () => {
    // supervisor:get_childspec/count_children: a supervisor can be asked what it keeps; here it says so by itself.
    const { runner, of } = createHarness()
    const { task } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }, { intensity: 3 }))
    await handle.started
    expect(of('node.opened')).toMatchObject([
      {
        id: 'pipeline',
        node: 'supervisor',
        status: 'opening',
        facts: { strategy: 'one_for_one', restarts: 0, intensity: 3, periodMs: 5000 },
        capabilities: { start: true, stop: true, restart: true },
      },
    ])
    expect(of('node.changed').map(({ status }) => status)).toEqual(['open'])
    await handle.stop()
    expect(of('node.changed').map(({ status }) => status)).toEqual(['open', 'closing', 'closed'])
  })

  test('restarts a crashed task as a linked attempt and says how many restarts are left', async () => {
    // "A permanent child process is always restarted": a new process each time, never the old one again.
    const { runner, time, of } = createHarness()
    const { task, attempts } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }, { intensity: 3 }))
    await handle.started
    const first = of('task.created')[0]
    attempts[0]?.fail(new Error('no route'))
    await time.settle()
    const second = of('task.created')[1]
    expect(second).toMatchObject({
      id: `${first?.id}#2`,
      attempt: 2,
      retryOf: first?.id,
      parent: 'pipeline',
      why: { text: 'restarted by pipeline', detail: 'after Error: no route' },
    })
    expect(second?.trace.spanId).not.toBe(first?.trace.spanId)
    expect(of('node.changed').at(-1)).toMatchObject({
      facts: { restarts: 1 },
      why: { text: 'restarted crawl once', detail: '2 restarts left in 5 s' },
    })
    await time.advance(5001)
    expect(of('node.changed').at(-1)).toMatchObject({ why: { detail: '3 restarts left in 5 s' } })
    await handle.stop()
    expect(time.pending()).toBe(0)
  })

  test.each(['cancel', 'kill'] as const)(
    'a person’s %s of a permanent child: cancelled ones stay ended',
    async (verb) => {
      // supervisor:terminate_child/2: "the child process, if there is one, is terminated"; its type starts nothing.
      const { runner, time, of, control, life } = createHarness()
      const { task } = createWorker()
      const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }))
      await handle.started
      const id = of('task.created')[0]?.id ?? ''
      const asked = control(id, { verb })
      await time.settle()
      if (verb === 'kill') {
        expect(life(asked)[1]).toContain('end the host instead')
        expect(handle.child('crawl')).toBeDefined()
      } else {
        expect(of('task.created')).toHaveLength(1)
        expect(handle.child('crawl')).toBeUndefined()
      }
      await handle.stop()
    },
  )

  test('a child that a person ended is started again by Retry, as the next attempt of its supervisor', async () => {
    // supervisor:restart_child/2 after terminate_child/2: the child specification was kept.
    const { runner, time, of, control, life } = createHarness()
    const { task, attempts } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }))
    await handle.started
    const id = of('task.created')[0]?.id ?? ''
    control(id, { verb: 'cancel' })
    await time.settle()
    const retried = control(id, { verb: 'retry' })
    await time.settle()
    expect(life(retried)).toEqual(['acknowledged', `effective: as ${id}#2`])
    const again = control(id, { verb: 'retry' })
    expect(life(again)).toEqual(['acknowledged', 'refused: attempt 2 runs'])
    attempts[1]?.fail(new Error('again'))
    await time.settle()
    expect(of('task.created').at(-1)).toMatchObject({ id: `${id}#3`, why: { text: 'restarted by pipeline' } })
    await handle.stop()
  })

  test('attempts stay one chain where no ended task is remembered', async () => {
    // A supervisor keeps the specification of a child, not the processes that have been; its restarts count all the same.
    const { runner, time, of } = createHarness({ keepEnded: 0 })
    const { task, attempts } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }, { intensity: 3 }))
    await handle.started
    for (let crash = 0; crash < 2; crash += 1) {
      attempts[crash]?.fail(new Error('no route'))
      await time.settle()
    }
    const first = of('task.created')[0]?.id
    expect(of('task.created').map(({ id, attempt, retryOf }) => [id, attempt, retryOf])).toEqual([
      [first, 1, undefined],
      [`${first}#2`, 2, first],
      [`${first}#3`, 3, `${first}#2`],
    ])
    await handle.stop()
  })

  test('no attempt takes the id of an earlier one that is forgotten', async () => {
    // Processes never share an identifier while anybody may still speak of the earlier one.
    const { runner, time, of } = createHarness({ keepEnded: 2 })
    const { task, attempts } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }, { intensity: 9 }))
    await handle.started
    for (let crash = 0; crash < 4; crash += 1) {
      attempts[crash]?.fail(new Error('no route'))
      await time.settle()
      if (crash === 1) for (const other of ['x', 'y']) await runner.submit(() => other).outcome
    }
    const made = of('task.created').flatMap(({ name, attempt }) => (name === 'crawl' ? [attempt] : []))
    expect(made).toEqual([1, 2, 3, 4, 5])
    await handle.stop()
  })

  test('gives up when children crash too often, and its node says so', async () => {
    // "more than MaxR restarts within MaxT seconds: the supervisor terminates all the child processes and then itself."
    const { runner, time, of } = createHarness()
    const task = defineTask({ name: 'broken', run: () => Promise.reject(new Error('always')) })
    const handle = runner.supervise(one({ id: 'broken', task, restart: 'permanent' }, { intensity: 2 }))
    expect(await handle.ended).toBe('broken ended too often: Error: always')
    await time.settle()
    expect(of('task.created')).toHaveLength(3)
    expect(of('node.changed').at(-1)).toMatchObject({
      status: 'failed',
      why: { text: 'gave up', detail: 'broken ended too often: Error: always' },
    })
    await time.advance(16)
    expect(time.pending()).toBe(0)
  })

  test('shuts its children down as cancelled(shutdown), in reverse order', async () => {
    // "it first terminates its child processes in reversed start order, according to their respective shutdown specifications."
    const { runner, events } = createHarness()
    const a = createWorker('a')
    const b = createWorker('b')
    const handle = runner.supervise(
      defineSupervisor({
        name: 'pipeline',
        strategy: 'one_for_one',
        children: [
          { id: 'a', task: a.task, restart: 'permanent' },
          { id: 'b', task: b.task, restart: 'permanent' },
        ],
      }),
    )
    await handle.started
    const names = new Map(events.flatMap((event) => (event.kind === 'task.created' ? [[event.id, event.name]] : [])))
    await handle.stop()
    const ends = events.flatMap((event) => (event.kind === 'task.state' && event.outcome ? [event] : []))
    expect(ends.map(({ id, outcome }) => [names.get(id), outcome])).toEqual([
      ['b', { status: 'cancelled', by: { kind: 'supervisor', name: 'pipeline' }, reason: 'shutdown' }],
      ['a', { status: 'cancelled', by: { kind: 'supervisor', name: 'pipeline' }, reason: 'shutdown' }],
    ])
  })

  test('brutal_kill leaves no time to unwind: the outcome is fixed, the function is seen to run on', async () => {
    // "brutal_kill means that the child process is unconditionally terminated using exit(Child, kill)."
    const { runner, time, of } = createHarness()
    const stubborn = createLatch()
    const task = defineTask({ name: 'stubborn', run: () => stubborn.promise })
    const handle = runner.supervise(one({ id: 'x', task, restart: 'permanent', shutdown: 'brutal_kill' }))
    await handle.started
    await handle.stop()
    expect(of('task.state').at(-1)).toMatchObject({ to: 'cancelled', outcome: { reason: 'shutdown' } })
    expect(of('task.sign').map(({ text }) => text)).toEqual(['its function still runs'])
    stubborn.open()
    await time.settle()
  })

  test('infinity waits as long as a child unwinds', async () => {
    // "If the child process is another supervisor, the shutdown time must be set to infinity to give the subtree ample time."
    const { runner, time, of } = createHarness()
    const slow = createLatch()
    const task = defineTask({ name: 'slow', run: (ctx) => ctx.sleep(1e9).catch(() => slow.promise) })
    const handle = runner.supervise(one({ id: 'x', task, restart: 'permanent', shutdown: 'infinity' }))
    await handle.started
    const stopped = handle.stop()
    await time.advance(3_600_000)
    expect(of('task.state').at(-1)).toMatchObject({ to: 'cancelling' })
    slow.open()
    await stopped
    expect(of('task.state').at(-1)).toMatchObject({ to: 'cancelled' })
  })

  test('a supervisor may keep supervisors: one that gives up ends as a shutdown, which permanent restarts', async () => {
    // A nested supervisor that gives up exits with reason shutdown; its own supervisor acts by its restart type.
    const { runner, time, of } = createHarness()
    const { task, attempts } = createWorker()
    const inner = one({ id: 'crawl', task, restart: 'permanent' }, { intensity: 0 })
    const outer = defineSupervisor({
      name: 'top',
      strategy: 'one_for_one',
      children: [{ id: 'inner', task: inner, restart: 'permanent' }],
    })
    const handle = runner.supervise(outer)
    await handle.started
    attempts[0]?.fail(new Error('x'))
    await time.settle()
    expect(of('node.opened').map(({ id, parent }) => [id, parent])).toEqual([
      ['top', undefined],
      ['top/pipeline', 'top'],
      ['top/pipeline', 'top'],
    ])
    expect(attempts).toHaveLength(2)
    await handle.stop()
  })

  test('its node can be stopped, started anew, and asked to start an ended child', async () => {
    // terminate_child/2 and restart_child/2 on a supervisor that is itself a child, and on a child of it.
    const { runner, time, of, control, life } = createHarness()
    const { task } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'temporary' }))
    await handle.started
    await handle.terminateChild('crawl')
    const started = control('pipeline', { verb: 'start', offer: 'crawl', input: undefined })
    await time.settle()
    expect(life(started)).toEqual(['acknowledged', 'effective'])
    const running = control('pipeline', { verb: 'start', offer: 'crawl', input: undefined })
    await time.settle()
    expect(life(running)).toEqual(['acknowledged', 'refused: crawl runs already'])
    const restarted = control('pipeline', { verb: 'restart' })
    await time.settle()
    expect(life(restarted)).toEqual(['acknowledged', 'effective'])
    expect(of('node.changed').at(-1)).toMatchObject({ status: 'open' })
    const stopped = control('pipeline', { verb: 'stop' })
    await time.settle()
    expect(life(stopped)).toEqual(['acknowledged', 'effective: its children have ended'])
    expect(runner.live()).toBe(0)
    const refused = control('pipeline', { verb: 'cancel' })
    expect(life(refused)).toEqual(['acknowledged', 'refused: a supervisor has no cancel'])
  })

  test.each(['pipeline', 'top/pipeline'])('Restart is refused while %s is being restarted already', async (target) => {
    // A supervisor is one process: it cannot be started anew twice at once.
    const { runner, time, of, control, life } = createHarness()
    const slow = createLatch()
    const task = defineTask({ name: 'slow', run: (ctx) => ctx.sleep(1e9).catch(() => slow.promise) })
    const inner = one({ id: 'slow', task, restart: 'permanent', shutdown: 'infinity' })
    const outer = defineSupervisor({
      name: 'top',
      strategy: 'one_for_one',
      children: [{ id: 'inner', task: inner, restart: 'permanent' }],
    })
    const handle = runner.supervise(target === 'pipeline' ? inner : outer)
    await handle.started
    const first = control(target, { verb: 'restart' })
    const second = control(target, { verb: 'restart' })
    await time.settle()
    expect(life(second)).toEqual(['acknowledged', 'refused: it is being restarted already'])
    expect(life(first)).toEqual(['acknowledged'])
    slow.open()
    await time.settle()
    expect(life(first)).toEqual(['acknowledged', 'effective'])
    expect(of('node.opened', target)).toHaveLength(2)
    const third = control(target, { verb: 'restart' })
    await time.settle()
    expect(life(third)).toEqual(['acknowledged', 'effective'])
    await runner.close('over')
  })

  test('a supervisor whose child cannot start fails, and says which and why', async () => {
    // supervisor:start_link/3: "if any child process start function fails … the function returns {error, shutdown}."
    const { runner, of } = createHarness()
    const task = defineTask({
      name: 'broken',
      state: (): { pages: number } => {
        throw new Error('no state')
      },
      run: () => 1,
    })
    const handle = runner.supervise(one({ id: 'broken', task, restart: 'permanent' }))
    await expect(handle.started).rejects.toThrow('broken could not start')
    expect(of('node.changed').at(-1)).toMatchObject({ status: 'failed', why: { text: 'could not start' } })
  })

  test('closing the runner stops its supervisors, also one whose child waits at a closed gate', async () => {
    // An application that stops takes its top supervisor down: exit(TopSup, shutdown).
    const { runner, time } = createHarness({ gate: { open: () => false, onOpen: () => () => undefined } })
    const { task } = createWorker()
    const handle = runner.supervise(one({ id: 'crawl', task, restart: 'permanent' }))
    await time.settle()
    await runner.close('quit')
    await expect(handle.started).rejects.toThrow()
    expect(runner.live()).toBe(0)
  })

  test('closing the runner also stops a supervisor that waits for one below it to have started', async () => {
    // The shutdown of a supervisor goes down the tree, whatever is still under way there.
    const { runner, time } = createHarness({ gate: { open: () => false, onOpen: () => () => undefined } })
    const { task } = createWorker()
    const inner = one({ id: 'crawl', task, restart: 'permanent' })
    const outer = defineSupervisor({
      name: 'top',
      strategy: 'one_for_one',
      children: [{ id: 'inner', task: inner, restart: 'permanent' }],
    })
    const handle = runner.supervise(outer)
    await time.settle()
    await runner.close('quit')
    await expect(handle.started).rejects.toThrow()
    expect(runner.live()).toBe(0)
  })
})

describe('a supervised task with a retry policy of its own', () => {
  // OTP knows no such policy: a child that tries again inside itself has not terminated, so its supervisor hears nothing.
  const supervise = (restart: SupervisedTask['restart']) => {
    const harness = createHarness()
    const { task, attempts } = createWorker()
    const stubborn = defineTask({ ...task, retry: { attempts: 2, backoffMs: 100, jitter: 0 } })
    const definition = one({ id: 'crawl', task: stubborn, restart }, { intensity: 3 })
    const handle = harness.runner.supervise(definition)
    const fail = async (): Promise<void> => {
      attempts.at(-1)?.fail(new Error('no route'))
      await harness.time.settle()
    }
    return { ...harness, handle, attempts, fail }
  }

  test('is tried again by that first, at no cost of the budget', async () => {
    const { time, of, handle, attempts, fail } = supervise('permanent')
    await handle.started
    await fail()
    expect(of('task.created').at(-1)).toMatchObject({ attempt: 2, why: { text: 'attempt 2 of 2 in 100 ms' } })
    expect(of('node.changed').some(({ facts }) => facts?.restarts === 1)).toBe(false)
    await time.advance(100)
    expect(attempts).toHaveLength(2)
    await handle.stop()
    expect(time.pending()).toBe(0)
  })

  test('is restarted by its supervisor when that has given up, and then has all its tries again', async () => {
    const { time, of, handle, attempts, fail } = supervise('permanent')
    await handle.started
    await fail()
    await time.advance(100)
    await fail()
    expect(of('task.created').at(-1)).toMatchObject({ attempt: 3, why: { text: 'restarted by pipeline' } })
    expect(attempts).toHaveLength(3)
    await fail()
    expect(of('task.created').at(-1)).toMatchObject({ attempt: 4, why: { text: 'attempt 2 of 2 in 100 ms' } })
    await handle.stop()
    expect(time.pending()).toBe(0)
  })

  test('is tried again also where its supervisor never restarts it', async () => {
    const { time, handle, attempts, fail, of } = supervise('temporary')
    await handle.started
    await fail()
    await time.advance(100)
    expect(attempts).toHaveLength(2)
    await fail()
    await time.advance(1000)
    expect(of('task.created')).toHaveLength(2)
    await handle.stop()
  })

  test('is stopped while it waits for its next try', async () => {
    const { time, handle, fail, of } = supervise('permanent')
    await handle.started
    await fail()
    await handle.stop()
    expect(of('task.state').at(-1)).toMatchObject({ from: 'pending', to: 'cancelled' })
    expect(time.pending()).toBe(0)
  })
})
