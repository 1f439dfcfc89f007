/** The strategies beside `one_for_one`, and ends that are not as they should be; Erlang's rule in the first line. */
import { describe, expect, test } from 'vitest'
import type { Child, ChildEnd, ChildSpec, Restart } from '../../../core/supervisor/child-spec.ts'
import { createSupervisor } from '../../../core/supervisor/supervisor.ts'
import type { Strategy, SupervisorReport } from '../../../core/supervisor/supervisor-port.ts'
import { createFakeTime } from '../../support/fake-time.ts'

function createKept(strategy: Strategy, ids: readonly (string | ChildSpec)[], intensity = 3) {
  const log: string[] = []
  const ends = new Map<string, (end: ChildEnd) => void>()
  const failing = new Set<string>()
  const endsBadly = new Set<string>()
  /** They are asked to stop, and do it at the test's word. */
  const stopsSlowly = new Set<string>()
  function spec(id: string, restart: Restart = 'permanent'): ChildSpec {
    return {
      id,
      restart,
      shutdown: 5000,
      async start(attempt): Promise<Child> {
        if (failing.delete(id)) throw new Error('no room')
        log.push(`+${id}${attempt}`)
        let end: (end: ChildEnd) => void = () => {}
        const ended = new Promise<ChildEnd>((resolve) => {
          end = resolve
        })
        ends.set(id, end)
        return {
          ended,
          async stop() {
            log.push(`-${id}`)
            if (stopsSlowly.delete(id)) return
            end(
              endsBadly.has(id)
                ? { kind: 'crash', reason: 'cleanup failed' }
                : { kind: 'shutdown', reason: 'shutdown' },
            )
          },
        }
      },
    }
  }
  const time = createFakeTime()
  const reports: SupervisorReport[] = []
  const supervisor = createSupervisor(strategy, {
    children: ids.map((each) => (typeof each === 'string' ? spec(each) : each)),
    clock: time,
    intensity,
    report: (report) => reports.push(report),
  })
  return {
    log,
    spec,
    failing,
    endsBadly,
    stopsSlowly,
    time,
    reports,
    supervisor,
    crash: (id: string) => ends.get(id)?.({ kind: 'crash', reason: 'crash' }),
    end: (id: string, kind: ChildEnd['kind']) => ends.get(id)?.({ kind, reason: kind }),
  }
}

const started = ['+a1', '+b1', '+c1']

describe('one_for_all', () => {
  test('stops all other children in reverse order and starts all again in order', async () => {
    // "If one child process terminates and is to be restarted, all other child processes are terminated and then all child processes are restarted."
    const { supervisor, log, time, crash, reports } = createKept('one_for_all', ['a', 'b', 'c'])
    await supervisor.start()
    crash('b')
    await time.settle()
    expect(log).toEqual([...started, '-c', '-a', '+a2', '+b2', '+c2'])
    expect(reports.find(({ kind }) => kind === 'restarting')).toMatchObject({
      child: 'b',
      left: 2,
      restarted: ['a', 'b', 'c'],
    })
    await supervisor.stop('done')
  })

  test('costs one restart of the budget, however many children are started again', async () => {
    // add_restart/1 is called once per restart, not per child.
    const { supervisor, time, crash } = createKept('one_for_all', ['a', 'b', 'c'], 2)
    await supervisor.start()
    crash('a')
    await time.settle()
    expect(supervisor.budget.left()).toBe(1)
    await supervisor.stop('done')
  })

  test('when a child cannot be started again, all are tried again, at the cost of the budget', async () => {
    // A failed restart of the group is `try_again_restart`, which counts.
    const { supervisor, log, time, crash, failing } = createKept('one_for_all', ['a', 'b', 'c'])
    await supervisor.start()
    failing.add('c')
    crash('b')
    await time.settle()
    expect(log.slice(3)).toEqual(['-c', '-a', '+a2', '+b2', '-b', '-a', '+a3', '+b3', '+c3'])
    expect(supervisor.budget.left()).toBe(1)
    await supervisor.stop('done')
  })

  test('two children that crash together are one restart', async () => {
    // The second exit is that of a child which the first restart has already taken down.
    const { supervisor, log, time, crash } = createKept('one_for_all', ['a', 'b'])
    await supervisor.start()
    crash('a')
    crash('b')
    await time.settle()
    expect(log.filter((line) => line.startsWith('+'))).toEqual(['+a1', '+b1', '+a2', '+b2'])
    await supervisor.stop('done')
  })

  test('leaves what a person has terminated ended', async () => {
    // OTP would start it again with its siblings; a person's word counts for more here.
    const { supervisor, log, time, crash } = createKept('one_for_all', ['a', 'b', 'c'])
    await supervisor.start()
    await supervisor.terminateChild('c')
    crash('a')
    await time.settle()
    expect(log).toEqual([...started, '-c', '-b', '+a2', '+b2'])
    await supervisor.stop('done')
  })

  test('brings the others back, too, when the child that began it is ended on purpose meanwhile', async () => {
    // OTP takes terminate_child up when the restart is over: then only that child is down.
    const { supervisor, log, time, crash, end, stopsSlowly } = createKept('one_for_all', ['a', 'b', 'c'])
    await supervisor.start()
    stopsSlowly.add('b')
    crash('a')
    await time.settle()
    expect(await supervisor.terminateChild('a')).toBeUndefined()
    end('b', 'shutdown')
    await time.settle()
    expect(log.slice(3)).toEqual(['-c', '-b', '+b2', '+c2'])
    await supervisor.stop('done')
  })

  test('starts the others all the same when one of them is ended on purpose while it starts again', async () => {
    // terminate_child of a child that starts again is no failed start: it costs nothing, and concerns that child alone.
    const { supervisor, log, time, crash, spec } = createKept('one_for_all', [])
    const hangs: ChildSpec = {
      ...spec('a'),
      start: (attempt, signal) =>
        attempt === 1
          ? spec('a').start(attempt, signal)
          : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
    }
    for (const each of [hangs, spec('b')]) await supervisor.startChild(each)
    crash('a')
    await time.settle()
    expect(await supervisor.terminateChild('a')).toBeUndefined()
    await time.settle()
    expect(log.slice(2)).toEqual(['-b', '+b2'])
    expect(supervisor.budget.left()).toBe(2)
    await supervisor.stop('done')
  })

  test('takes up a restart by hand when the restart that is under way is over, and starts no child twice', async () => {
    // supervisor:restart_child/2 of a child that runs by then: {error, running}.
    const { supervisor, log, time, crash, end, stopsSlowly } = createKept('one_for_all', ['a', 'b', 'c'])
    await supervisor.start()
    stopsSlowly.add('b')
    crash('c')
    await time.settle()
    const byHand = supervisor.restartChild('c')
    await time.settle()
    end('b', 'shutdown')
    expect(await byHand).toBe('c runs already')
    expect(log.slice(3)).toEqual(['-b', '-a', '+a2', '+b2', '+c2'])
    await supervisor.stop('done')
  })

  test('refuses a restart by hand at once when it has given up, also while its children still end', async () => {
    // A supervisor that terminates answers no calls any more.
    const { supervisor, time, crash, end, stopsSlowly } = createKept('one_for_all', ['a', 'b'], 0)
    await supervisor.start()
    stopsSlowly.add('b')
    crash('a')
    await time.settle()
    let said: string | undefined
    void supervisor.restartChild('a').then((refusal) => {
      said = refusal
    })
    await time.settle()
    expect(said).toBe('the supervisor has stopped')
    end('b', 'shutdown')
    expect(await supervisor.ended).toMatchObject({ kind: 'gaveUp' })
  })

  test('gives up with everything stopped when it would restart too often', async () => {
    // reached_max_restart_intensity: terminates all children, then itself.
    const { supervisor, time, crash, reports } = createKept('one_for_all', ['a', 'b'], 1)
    await supervisor.start()
    crash('a')
    await time.settle()
    crash('b')
    expect(await supervisor.ended).toMatchObject({ kind: 'gaveUp' })
    expect(supervisor.children().map(({ status }) => status)).toEqual(['stopped', 'stopped'])
    expect(reports.at(-1)?.kind).toBe('ended')
  })
})

describe('rest_for_one', () => {
  test.each([
    ['a', ['-c', '-b', '+a2', '+b2', '+c2']],
    ['b', ['-c', '+b2', '+c2']],
    ['c', ['+c2']],
  ])('when %s crashes: %j', async (id, after) => {
    // "… the rest of the child processes (those after the terminated child in start order) are terminated. Then the terminated child and all after it are restarted."
    const { supervisor, log, time, crash } = createKept('rest_for_one', ['a', 'b', 'c'])
    await supervisor.start()
    crash(id)
    await time.settle()
    expect(log.slice(3)).toEqual(after)
    await supervisor.stop('done')
  })

  test('temporary children go down with the others and are not started again', async () => {
    // "a temporary child process is never restarted (even when the strategy is rest_for_one or one_for_all and a sibling's death causes it to be terminated)."
    const made = createKept('rest_for_one', [])
    const { supervisor, log, time, crash, spec } = made
    await supervisor.startChild(spec('a'))
    await supervisor.startChild(spec('b', 'temporary'))
    await supervisor.startChild(spec('c', 'transient'))
    crash('a')
    await time.settle()
    expect(log.slice(3)).toEqual(['-c', '-b', '+a2', '+c2'])
    await supervisor.stop('done')
  })
})

describe('simple_one_for_one', () => {
  test('begins without children; each that is added is kept by itself', async () => {
    // "simple_one_for_one: a simplified one_for_one supervisor, where all child processes are dynamically added instances of the same process type."
    const { supervisor, log, time, crash, spec } = createKept('simple_one_for_one', [])
    await supervisor.start()
    await supervisor.startChild(spec('a'))
    await supervisor.startChild(spec('b'))
    crash('a')
    await time.settle()
    expect(log).toEqual(['+a1', '+b1', '+a2'])
    await supervisor.stop('done')
  })

  test('forgets a child that has ended for good', async () => {
    // Temporary and terminated children are removed together with their specification.
    const { supervisor, time, spec, end } = createKept('simple_one_for_one', [])
    await supervisor.start()
    await supervisor.startChild(spec('a', 'transient'))
    await supervisor.startChild(spec('b'))
    end('a', 'normal')
    await supervisor.terminateChild('b')
    await time.settle()
    expect(supervisor.children()).toEqual([])
    expect(await supervisor.restartChild('b')).toBe('it has no child b')
    await supervisor.stop('done')
  })
})

describe('shutdown', () => {
  test('a child that ends otherwise than asked is a shutdown_error', async () => {
    // "shutdown_error": the child terminated with another reason than shutdown while it was being terminated.
    const { supervisor, endsBadly, reports } = createKept('one_for_one', ['a', 'b'])
    await supervisor.start()
    endsBadly.add('b')
    await supervisor.stop('done')
    expect(reports.filter(({ kind }) => kind === 'stopFailed')).toEqual([
      { kind: 'stopFailed', child: 'b', reason: 'cleanup failed' },
    ])
  })
})
