/** One test per verb of OTP's `sys` module, with what Erlang does in its first line. */
import { describe, expect, test } from 'vitest'
import type { TaskEvent } from '../../../core/model/event.ts'
import { nodeId } from '../../../core/model/identity.ts'
import { diffStates } from '../../../core/model/state-change.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import type { OpenEventFile } from '../../../core/runner/sys/event-file.ts'
import { createHarness, createLatch } from './harness.ts'

/** A task that counts pages, one per checkpoint, and sleeps in between. */
const crawl = defineTask({
  name: 'crawl',
  state: () => ({ pages: 0, site: { name: 'a' } }),
  run: async (ctx) => {
    for (;;) {
      ctx.state.pages += 1
      ctx.progress({ current: ctx.state.pages, total: 100 })
      await ctx.sleep(100)
    }
  },
})

/** A task that comes to a checkpoint when the test says so. */
function createBusy() {
  const steps = [createLatch(), createLatch(), createLatch()]
  const seen: unknown[] = []
  const task = defineTask({
    name: 'busy',
    state: () => ({ pages: 0 }) as Record<string, unknown>,
    run: async (ctx) => {
      const state = ctx.state
      for (const [index, step] of steps.entries()) {
        await step.promise
        await ctx.checkpoint(`page ${index}`)
        seen.push({ ...state })
      }
    },
  })
  return { task, steps, seen }
}

describe('get_state', () => {
  test('tells the state of a task at once, wherever its code is', async () => {
    // sys:get_state(Name): "Gets the state of the process", within 5 seconds.
    const { runner, time, control, life, of } = createHarness()
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.advance(250)
    expect(life(control(id, { verb: 'getState' }))).toEqual(['acknowledged', 'effective'])
    expect(of('task.live', id).map(({ value }) => JSON.parse(value.text))).toEqual([{ pages: 3, site: { name: 'a' } }])
    await runner.close('over')
  })
})

describe('replace_state', () => {
  test('changes the state at once while the code stands still, and tells old and new', async () => {
    // sys:replace_state(Name, StateFun): StateFun gets the old state, what it returns becomes the new one.
    const { runner, time, control, life, of } = createHarness()
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.advance(50)
    const asked = control(id, { verb: 'replaceState', change: { patch: { pages: 40, site: { port: 1 } } } })
    expect(life(asked)).toEqual(['acknowledged', 'effective: while it stood at sleep 100 ms'])
    const told = of('task.replaced', id)[0]
    expect(told?.by).toEqual({ kind: 'person' })
    expect(told === undefined ? [] : diffStates(told.before, told.after)).toEqual([
      { path: 'pages', before: '1', after: '40' },
      { path: 'site.port', after: '1' },
    ])
    await time.advance(80)
    expect(of('task.progress', id).at(-1)).toMatchObject({ current: 41 })
    await runner.close('over')
  })

  test('waits for the next checkpoint of a busy task, and never changes it under the code', async () => {
    // A process handles the system message only between two of its own messages.
    const { runner, time, control, life } = createHarness()
    const { task, steps, seen } = createBusy()
    const { id, outcome } = runner.submit(task, undefined, { id: 'b' })
    await time.settle()
    const asked = control(id, { verb: 'replaceState', change: { set: { pages: 7 } } })
    expect(life(asked)).toEqual(['acknowledged'])
    steps[0]?.open()
    await time.settle()
    expect(life(asked)).toEqual(['acknowledged', 'effective: at its checkpoint'])
    expect(seen).toEqual([{ pages: 7 }])
    for (const step of steps) step.open()
    await outcome
  })

  test('can be undone: only what it changed is put back', async () => {
    // OTP has no undo; a person who changes a live state needs one.
    const { runner, time, control, life } = createHarness()
    const { task, steps, seen } = createBusy()
    const { id, outcome } = runner.submit(task, undefined, { id: 'b' })
    await time.settle()
    control(id, { verb: 'replaceState', change: { patch: { pages: 7, extra: 1 } } })
    steps[0]?.open()
    await time.settle()
    const undone = control(id, { verb: 'replaceState', change: { undo: true } })
    steps[1]?.open()
    await time.settle()
    expect(life(undone)).toEqual(['acknowledged', 'effective: at its checkpoint'])
    expect(seen).toEqual([{ pages: 7, extra: 1 }, { pages: 0 }])
    steps[2]?.open()
    await outcome
  })

  test('leaves the state as it was when a setter throws, and the asker gets the error', async () => {
    // "If StateFun crashes …, the original state is unchanged" and the caller gets {callback_failed, …}.
    const { runner, time, control, life, of } = createHarness()
    const guarded = defineTask({
      name: 'guarded',
      state: () => {
        let limit = 3
        return {
          first: 1,
          get limit() {
            return limit
          },
          set limit(value: number) {
            if (value > 9) throw new RangeError('too many')
            limit = value
          },
          last: 2,
        }
      },
      run: (ctx) => ctx.sleep(1000),
    })
    const { id } = runner.submit(guarded, undefined, { id: 'g' })
    await time.settle()
    const asked = control(id, { verb: 'replaceState', change: { set: { first: 10, limit: 10, last: 20 } } })
    expect(life(asked)).toEqual([
      'acknowledged',
      'refused: the state is unchanged, the change threw RangeError: too many',
    ])
    control(id, { verb: 'getState' })
    expect(JSON.parse(of('task.live', id).at(-1)?.value.text ?? '')).toEqual({ first: 1, limit: 3, last: 2 })
    expect(of('task.replaced')).toEqual([])
    await runner.close('over')
  })

  test.each([
    ['pending', 'it has not started'],
    ['ended', 'it has ended'],
  ])('is refused for a task that is %s', async (when, reason) => {
    // sys:replace_state exits with noproc for a process that does not live.
    const { runner, time, control, life } = createHarness()
    const quick = defineTask({ name: 'quick', run: () => 1 })
    const { id } = runner.submit(quick, undefined, {
      id: 'q',
      ...(when === 'pending' && { holdFor: { kind: 'person' } }),
    })
    await time.settle()
    expect(life(control(id, { verb: 'replaceState', change: { set: {} } }))).toEqual([
      'acknowledged',
      `refused: ${reason}`,
    ])
    await runner.close('over')
  })

  test('is refused when the task ends before it comes to a checkpoint', async () => {
    // The message of a caller stays in the mailbox of a process that exits; the caller hears that it is gone.
    const { runner, time, control, life } = createHarness()
    const latch = createLatch()
    const { id } = runner.submit(() => latch.promise, undefined, { id: 'q' })
    await time.settle()
    const asked = control(id, { verb: 'replaceState', change: { set: {} } })
    latch.open()
    await time.settle()
    expect(life(asked)).toEqual(['acknowledged', 'refused: it ended before it reached a checkpoint'])
  })
})

describe('get_status', () => {
  test('tells state, place, parent and what is hung on the task', async () => {
    // sys:get_status(Name): {status, Pid, {module, Module}, [PDict, SysState, Parent, Dbg, Misc]}.
    const { runner, time, control, of } = createHarness({ parent: nodeId('host') })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'trace', on: true })
    control(id, { verb: 'getStatus' })
    expect(of('task.status', id)[0]?.status).toEqual({
      state: 'running',
      task: 'crawl',
      attempt: 1,
      isolation: 'inline',
      parent: 'host',
      children: 0,
      standsAt: 'sleep 100 ms',
      holds: [],
      questions: 0,
      draining: false,
      debug: { trace: true, logSize: 0, hooks: [] },
    })
    await runner.close('over')
  })
})

describe('statistics', () => {
  test('counts checkpoints, updates, holds and waits since the start', async () => {
    // sys:statistics(Name, get): start_time, current_time, reductions, messages_in, messages_out.
    const { runner, time, control, of } = createHarness()
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    const start = time.now()
    await time.advance(250)
    control(id, { verb: 'suspend' })
    await time.advance(50)
    control(id, { verb: 'resume' })
    control(id, { verb: 'getStatistics' })
    expect(of('task.statistics', id)[0]?.statistics).toEqual({
      startedAt: start,
      now: start + 300,
      runningMs: 250,
      checkpoints: 3,
      updates: 3,
      holds: 1,
      waits: 3,
    })
    await runner.close('over')
  })
})

describe('log', () => {
  test('keeps the newest N events and says how many older ones it let go', async () => {
    // sys:log(Name, {true, N}) keeps the N latest system events; log(Name, get) returns them; false drops them.
    const { runner, time, control, of } = createHarness()
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'log', size: 3 })
    await time.advance(500)
    control(id, { verb: 'log' })
    const first = of('task.logged', id).at(-1)?.log
    expect(first?.events.map(({ kind }) => kind)).toHaveLength(3)
    expect(first?.size).toBe(3)
    expect(first?.dropped).toBeGreaterThan(0)
    control(id, { verb: 'log', size: 1 })
    expect(of('task.logged', id).at(-1)?.log.events).toEqual(first?.events.slice(-1))
    control(id, { verb: 'log', size: 0 })
    expect(of('task.logged', id).at(-1)?.log).toEqual({ size: 0, events: [], dropped: 0 })
    await runner.close('over')
  })
})

/** Files that a test reads. */
function createFiles() {
  const files = new Map<string, string[]>()
  const closed: string[] = []
  const openEventFile: OpenEventFile = (path, listener) => {
    if (path.startsWith('/no')) {
      queueMicrotask(() => listener.failed('no such folder'))
      return { path, write: () => undefined, close: () => undefined }
    }
    files.set(path, [])
    queueMicrotask(() => listener.opened())
    return {
      path,
      write: (event) => void files.get(path)?.push(event.kind),
      close: () => void closed.push(path),
    }
  }
  return { files, closed, openEventFile }
}

describe('log_to_file', () => {
  test('writes every event of the task until it is told to stop or the task ends', async () => {
    // sys:log_to_file(Name, FileName | false): "Enables or disables the logging of all system events … to the file".
    const { files, closed, openEventFile } = createFiles()
    const { runner, time, control, life } = createHarness({ openEventFile })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    runner.submit(crawl, undefined, { id: 'other' })
    await time.settle()
    const asked = control(id, { verb: 'logToFile', file: '/tmp/c.ndjson' })
    await time.advance(150)
    expect(life(asked)).toEqual(['acknowledged', 'effective: every event goes to /tmp/c.ndjson'])
    expect(files.get('/tmp/c.ndjson')?.filter((kind) => kind === 'task.checkpoint')).toHaveLength(2)
    control(id, { verb: 'cancel' })
    await time.settle()
    expect(files.get('/tmp/c.ndjson')?.at(-1)).toBe('task.state')
    expect(closed).toEqual(['/tmp/c.ndjson'])
    await runner.close('over')
  })

  test('is refused for a file that cannot be opened, and nothing stays hung on the task', async () => {
    // {error, open_file}
    const { openEventFile } = createFiles()
    const { runner, time, control, life, of } = createHarness({ openEventFile })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    const asked = control(id, { verb: 'logToFile', file: '/no/c' })
    await time.settle()
    expect(life(asked)).toEqual(['acknowledged', 'refused: no such folder'])
    expect(of('task.debug', id).at(-1)?.debug.file).toBeUndefined()
    expect(life(control(id, { verb: 'logToFile', file: 'c' }))[1]).toBe('refused: the file needs a whole path')
    await runner.close('over')
  })
})

describe('trace', () => {
  test('tells every single event while it is on; otherwise the newest of 16 ms', async () => {
    // sys:trace(Name, true): "All events are printed".
    const { runner, time, control, of } = createHarness()
    const latch = createLatch()
    const burst = (ctx: { progress(update: { current: number }): void }) => {
      for (let current = 1; current <= 5; current += 1) ctx.progress({ current })
    }
    const task = defineTask({
      name: 'burst',
      run: async (ctx) => {
        burst(ctx)
        await latch.promise
        for (let current = 6; current <= 10; current += 1) ctx.progress({ current })
      },
    })
    const { id, outcome } = runner.submit(task, undefined, { id: 't' })
    await time.advance(20)
    expect(of('task.progress', id)).toMatchObject([{ current: 5, folded: 4 }])
    control(id, { verb: 'trace', on: true })
    latch.open()
    await outcome
    expect(of('task.progress', id).map(({ current }) => current)).toEqual([5, 6, 7, 8, 9, 10])
  })
})

describe('install and remove', () => {
  test('a fault makes the named checkpoint throw, as often as it is told to', async () => {
    // sys:install(Name, {Func, FuncState}): Func sees every event and may do anything, such as inject a fault.
    const { runner, time, control, ended } = createHarness()
    const { task, steps } = createBusy()
    const { id } = runner.submit(task, undefined, { id: 'b' })
    await time.settle()
    control(id, { verb: 'install', hook: { id: 'f', kind: 'fault', at: 'page 1', message: 'disk full' } })
    for (const step of steps) step.open()
    await time.settle()
    expect(ended(id)).toMatchObject({ kind: 'error', error: { name: 'InjectedFault', message: 'disk full' } })
  })

  test('an assertion about the state is a finding each time that it breaks anew', async () => {
    // A debug function that checks an invariant with every event.
    const { runner, time, control, of } = createHarness()
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'install', hook: { id: 'a', kind: 'assertion', holds: { path: 'pages', is: '<', than: 3 } } })
    await time.advance(1000)
    expect(of('finding').map(({ finding }) => finding.text)).toEqual(['crawl: pages < 3 does not hold'])
    await runner.close('over')
  })

  test('a breakpoint holds this task alone', async () => {
    // A debug function that suspends its own process.
    const { runner, time, control } = createHarness()
    const one = runner.submit(crawl, undefined, { id: 'one' })
    const other = runner.submit(crawl, undefined, { id: 'other' })
    await time.settle()
    control(one.id, { verb: 'install', hook: { id: 'b', kind: 'breakpoint', on: { kind: 'checkpoint' } } })
    await time.advance(200)
    expect([one.state, other.state]).toEqual(['suspended', 'running'])
    control(one.id, { verb: 'remove', hook: 'b' })
    control(one.id, { verb: 'resume', all: true })
    await time.advance(200)
    expect(one.state).toBe('running')
    await runner.close('over')
  })

  test('a function of the module is called with every event until it says done', async () => {
    // "Func … returns done, or a new FuncState"; done removes it.
    const heard: string[] = []
    const watch = (event: unknown, state: unknown) => {
      heard.push(`${(event as TaskEvent).kind} at ${(state as { pages: number }).pages}`)
      return heard.length === 2 ? 'done' : undefined
    }
    const { runner, time, control, life } = createHarness({ functions: new Map([['watch', watch]]) })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'install', hook: { id: 'w', kind: 'function', export: 'watch' } })
    await time.advance(400)
    expect(heard).toHaveLength(2)
    const missing = control(id, { verb: 'install', hook: { id: 'x', kind: 'function', export: 'process' } })
    expect(life(missing)[1]).toBe('refused: its module exports no function process')
    expect(life(control(id, { verb: 'remove', hook: 'w' }))[1]).toBe('refused: no debug function w is installed')
    await runner.close('over')
  })

  test('a function that throws is removed and becomes a finding', async () => {
    // "If the function crashes, it is removed."
    const { runner, time, control, of } = createHarness({
      functions: new Map([
        [
          'bad',
          () => {
            throw new Error('no')
          },
        ],
      ]),
    })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'install', hook: { id: 'w', kind: 'function', export: 'bad' } })
    await time.advance(400)
    expect(of('finding').map(({ finding }) => finding.text)).toEqual([
      'the debug function w threw Error: no and was removed',
    ])
    await runner.close('over')
  })
})

describe('no_debug', () => {
  test('takes trace, log, file and debug functions off at once', async () => {
    // sys:no_debug(Name): "Turns off all debugging for the process."
    const { files, closed, openEventFile } = createFiles()
    const { runner, time, control, of } = createHarness({ openEventFile })
    const { id } = runner.submit(crawl, undefined, { id: 'c' })
    await time.settle()
    control(id, { verb: 'trace', on: true })
    control(id, { verb: 'log', size: 5 })
    control(id, { verb: 'logToFile', file: '/tmp/c' })
    control(id, { verb: 'install', hook: { id: 'b', kind: 'breakpoint', on: { kind: 'checkpoint' } } })
    control(id, { verb: 'noDebug' })
    const written = files.get('/tmp/c')?.length
    await time.advance(300)
    expect(of('task.debug', id).at(-1)?.debug).toEqual({ trace: false, logSize: 0, hooks: [] })
    expect([closed, files.get('/tmp/c')?.length]).toEqual([['/tmp/c'], written])
    expect(runner.handle(id)?.state).toBe('running')
    await runner.close('over')
  })
})

describe('terminate', () => {
  test('ends the task with a reason after it has unwound', async () => {
    // sys:terminate(Name, Reason): "Orders the process to terminate with the specified Reason".
    const { runner, time, control, life, ended } = createHarness()
    const unwound: string[] = []
    const { id } = runner.submit(
      async (ctx) => {
        try {
          await ctx.sleep(10_000)
        } finally {
          unwound.push(String(ctx.signal.reason.message))
        }
      },
      undefined,
      { id: 't' },
    )
    await time.settle()
    const asked = control(id, { verb: 'terminate' }, { reason: 'bad data' })
    await time.settle()
    expect(unwound).toEqual(['bad data'])
    expect(life(asked)).toEqual(['acknowledged', 'effective: cancelled after 0 ms'])
    expect(ended(id)).toEqual({ status: 'cancelled', by: { kind: 'person' }, reason: 'bad data' })
  })
})

test('a task that nobody debugs carries nothing for it', async () => {
  const { runner, time } = createHarness()
  const { id } = runner.submit(crawl, undefined, { id: 'c' })
  await time.settle()
  expect(runner.handle(id)).toMatchObject({ task: { sys: undefined } })
  await runner.close('over')
})
