/** One test per rule of OTP's supervisor, with what Erlang does in its first line. */
import { describe, expect, test } from 'vitest'
import type { Child, ChildEnd, ChildSpec, Restart, Shutdown } from '../../../core/supervisor/child-spec.ts'
import { createOneForOne, type SupervisorReport } from '../../../core/supervisor/supervisor.ts'
import { createFakeTime } from '../../support/fake-time.ts'

/** Children that start and end at the test's word; `log` tells what was done to them in order. */
function createChildren() {
  const log: string[] = []
  const ends = new Map<string, (end: ChildEnd) => void>()
  const failing = new Set<string>()
  function spec(id: string, restart: Restart = 'permanent', shutdown: Shutdown = 5000): ChildSpec {
    return {
      id,
      restart,
      shutdown,
      async start(attempt): Promise<Child> {
        if (failing.has(id)) {
          log.push(`${id} cannot start`)
          throw new Error('no room')
        }
        log.push(`start ${id}#${attempt}`)
        let end: (end: ChildEnd) => void = () => {}
        const ended = new Promise<ChildEnd>((resolve) => {
          end = resolve
        })
        ends.set(id, end)
        return {
          ended,
          async stop(how) {
            log.push(`stop ${id} ${how}`)
            end({ kind: 'shutdown', reason: 'shutdown' })
          },
        }
      },
    }
  }
  function endChild(id: string, kind: ChildEnd['kind'], reason: string = kind): void {
    ends.get(id)?.({ kind, reason })
  }
  return { log, spec, endChild, failing }
}

function createSupervised(children: ChildSpec[], options: { intensity?: number; periodMs?: number } = {}) {
  const time = createFakeTime()
  const reports: SupervisorReport[] = []
  const supervisor = createOneForOne({ children, clock: time, report: (report) => reports.push(report), ...options })
  return { time, reports, supervisor }
}

describe('start and stop', () => {
  test('starts children left to right and stops them right to left', async () => {
    // supervisor(3): "started … from left to right according to this list. When the supervisor is going to terminate, it first terminates its child processes in reversed start order".
    const { log, spec } = createChildren()
    const { supervisor } = createSupervised([
      spec('a'),
      spec('b', 'transient', 100),
      spec('c', 'temporary', 'infinity'),
    ])
    await supervisor.start()
    await supervisor.stop('done')
    expect(log).toEqual(['start a#1', 'start b#1', 'start c#1', 'stop c infinity', 'stop b 100', 'stop a 5000'])
    expect(await supervisor.ended).toEqual({ kind: 'stopped', reason: 'done' })
  })

  test('when a child cannot start, those before it are stopped and the start fails', async () => {
    // supervisor:start_link: "If any child process start function fails …, the supervisor first terminates all already started child processes … then terminates itself".
    const { log, spec, failing } = createChildren()
    failing.add('b')
    const { supervisor } = createSupervised([spec('a'), spec('b'), spec('c')])
    await expect(supervisor.start()).rejects.toThrow('b could not start: no room')
    expect(log).toEqual(['start a#1', 'b cannot start', 'stop a 5000'])
  })

  test('stopping while a child still starts gives that start up', async () => {
    // An OTP supervisor starts synchronously; ours can be stopped meanwhile, and must not wait for ever.
    const { spec } = createChildren()
    const hanging: ChildSpec = {
      ...spec('slow'),
      start: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
    }
    const { supervisor } = createSupervised([hanging])
    const started = supervisor.start()
    const refused = expect(started).rejects.toThrow()
    await supervisor.stop('quit')
    await refused
    expect(await supervisor.ended).toMatchObject({ kind: 'stopped' })
  })

  test('a start that is given up is over only when the children that ran have ended', async () => {
    // Whoever waits for the start, its own supervisor among them, may go on only when nothing of it is left.
    const { log, spec, endChild } = createChildren()
    const slow: ChildSpec = {
      ...spec('slow'),
      async start(attempt, signal) {
        const child = await spec('slow').start(attempt, signal)
        return { ...child, stop: () => child.ended.then(() => undefined) }
      },
    }
    const hanging: ChildSpec = {
      ...spec('hanging'),
      start: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
    }
    const { supervisor, time } = createSupervised([slow, hanging])
    const started = supervisor.start().catch(() => log.push('the start is over'))
    await time.settle()
    const stopped = supervisor.stop('quit')
    await time.settle()
    expect(log).toEqual(['start slow#1'])
    endChild('slow', 'shutdown')
    await Promise.all([started, stopped])
    expect(log).toEqual(['start slow#1', 'the start is over'])
  })
})

describe('restart types', () => {
  test.each<[Restart, ChildEnd['kind'], boolean]>([
    // "A permanent child process is always restarted."
    ['permanent', 'normal', true],
    ['permanent', 'shutdown', true],
    ['permanent', 'crash', true],
    // "A transient child process is restarted only if it terminates abnormally."
    ['transient', 'normal', false],
    ['transient', 'shutdown', false],
    ['transient', 'crash', true],
    // "A temporary child process is never restarted."
    ['temporary', 'normal', false],
    ['temporary', 'shutdown', false],
    ['temporary', 'crash', false],
    // terminate_child: what a person ended stays ended, whatever its type.
    ['permanent', 'terminated', false],
    ['transient', 'terminated', false],
    ['temporary', 'terminated', false],
  ])('a %s child that ended as %s: restarted is %s', async (restart, kind, restarted) => {
    // permanent: always restarted; transient: only after an abnormal end; temporary: never; terminate_child: never.
    const { log, spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a', restart)])
    await supervisor.start()
    endChild('a', kind)
    await time.settle()
    expect(log).toEqual(restarted ? ['start a#1', 'start a#2'] : ['start a#1'])
    expect(supervisor.children()).toEqual([
      restarted
        ? { id: 'a', status: 'running', attempt: 2, restarts: 1 }
        : { id: 'a', status: 'stopped', attempt: 1, restarts: 0 },
    ])
    await supervisor.stop('done')
  })

  test('one_for_one restarts only the child that ended', async () => {
    // "If one child process terminates and is to be restarted, only that child process is affected."
    const { log, spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a'), spec('b'), spec('c')])
    await supervisor.start()
    endChild('b', 'crash')
    await time.settle()
    expect(log.slice(3)).toEqual(['start b#2'])
    await supervisor.stop('done')
  })
})

describe('restart intensity', () => {
  test('one restart too many within the period: the supervisor stops everything and gives up', async () => {
    // "If more than MaxR number of restarts occur in the last MaxT seconds, the supervisor terminates all the child processes and then itself."
    const { log, spec, endChild } = createChildren()
    const { supervisor, time, reports } = createSupervised([spec('a'), spec('b')], { intensity: 2, periodMs: 5000 })
    await supervisor.start()
    for (let crash = 0; crash < 3; crash += 1) {
      endChild('b', 'crash', 'out of memory')
      await time.advance(1000)
    }
    expect(await supervisor.ended).toEqual({ kind: 'gaveUp', reason: 'b ended too often: out of memory' })
    expect(log).toEqual(['start a#1', 'start b#1', 'start b#2', 'start b#3', 'stop a 5000'])
    expect(reports.filter(({ kind }) => kind === 'restarting')).toEqual([
      { kind: 'restarting', child: 'b', restarts: 1, left: 1, restarted: ['b'] },
      { kind: 'restarting', child: 'b', restarts: 2, left: 0, restarted: ['b'] },
    ])
  })

  test('the window slides: restarts that lie further back than the period cost nothing', async () => {
    // add_restart/1 keeps only the restarts within the period.
    const { spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a')], { intensity: 1, periodMs: 5000 })
    await supervisor.start()
    for (let crash = 0; crash < 10; crash += 1) {
      endChild('a', 'crash')
      await time.advance(5000)
    }
    expect(supervisor.children()).toMatchObject([{ status: 'running', attempt: 11, restarts: 10 }])
    await supervisor.stop('done')
  })

  test('the defaults are OTP’s: one restart in five seconds', async () => {
    // "intensity defaults to 1 and period defaults to 5."
    const { spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a')])
    await supervisor.start()
    endChild('a', 'crash')
    await time.advance(4999)
    endChild('a', 'crash')
    expect(await supervisor.ended).toMatchObject({ kind: 'gaveUp' })
  })

  test('restarts of different children count together', async () => {
    // The budget belongs to the supervisor, not to a child.
    const { spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a'), spec('b')], { intensity: 1 })
    await supervisor.start()
    endChild('a', 'crash')
    await time.settle()
    endChild('b', 'crash')
    expect(await supervisor.ended).toMatchObject({ kind: 'gaveUp', reason: 'b ended too often: crash' })
  })

  test('a restart that cannot start costs the budget too, so it is not tried for ever', async () => {
    // try_again_restart counts as a restart.
    const { log, spec, endChild, failing } = createChildren()
    const { supervisor } = createSupervised([spec('a')], { intensity: 2 })
    await supervisor.start()
    failing.add('a')
    endChild('a', 'crash')
    expect(await supervisor.ended).toEqual({ kind: 'gaveUp', reason: 'a ended too often: no room' })
    expect(log).toEqual(['start a#1', 'a cannot start', 'a cannot start'])
  })
})

describe('children by hand', () => {
  test('a terminated child stays ended until it is restarted by hand, which costs no budget', async () => {
    // terminate_child/2 keeps the specification; restart_child/2 starts it again.
    const { log, spec } = createChildren()
    const { supervisor, time } = createSupervised([spec('a')])
    await supervisor.start()
    expect(await supervisor.terminateChild('a')).toBeUndefined()
    await time.settle()
    expect(supervisor.children()).toMatchObject([{ status: 'stopped' }])
    expect(await supervisor.restartChild('a')).toBeUndefined()
    expect(await supervisor.restartChild('a')).toBe('a runs already')
    expect(log).toEqual(['start a#1', 'stop a 5000', 'start a#2'])
    expect(supervisor.budget.left()).toBe(1)
    await supervisor.stop('done')
  })

  test('children can be added, and deleted once they have ended', async () => {
    // start_child/2 and delete_child/2; a running child cannot be deleted.
    const { spec } = createChildren()
    const { supervisor } = createSupervised([])
    await supervisor.start()
    expect(await supervisor.startChild(spec('a'))).toBeUndefined()
    expect(await supervisor.startChild(spec('a'))).toBe('it has a child a already')
    expect(supervisor.deleteChild('a')).toBe('a runs')
    await supervisor.terminateChild('a')
    expect(supervisor.deleteChild('a')).toBeUndefined()
    expect(await supervisor.terminateChild('a')).toBe('it has no child a')
    await supervisor.stop('done')
    expect(await supervisor.startChild(spec('b'))).toBe('the supervisor has stopped')
  })

  test('a child that ends while the supervisor stops is not started again', async () => {
    // During termination exits of children are not restarts.
    const { log, spec, endChild } = createChildren()
    const { supervisor, time } = createSupervised([spec('a'), spec('b')])
    await supervisor.start()
    const stopped = supervisor.stop('done')
    endChild('a', 'crash')
    await stopped
    await time.settle()
    expect(log.filter((line) => line.startsWith('start'))).toEqual(['start a#1', 'start b#1'])
  })
})
