/** Where breakpoints hold, which tasks they fit, and that what they hold is held like anything else. */
import { describe, expect, test } from 'vitest'
import type { Breakpoint } from '../../../core/model/breakpoint.ts'
import { nodeId } from '../../../core/model/identity.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness } from './harness.ts'

const pages = defineTask({
  name: 'pages',
  label: (input: { site: string }) => input.site,
  state: () => ({ pages: 0 }),
  run: async (ctx) => {
    for (let page = 1; page <= 5; page += 1) {
      await ctx.checkpoint(`page ${page}`)
      ctx.state.pages = page
      ctx.progress({ current: page })
    }
    return ctx.state.pages
  },
})

function broken(...breakpoints: Omit<Breakpoint, 'id'>[]) {
  return createHarness({
    breakpoints: breakpoints.map((breakpoint, index) => ({ id: `b${index}`, ...breakpoint })),
    functions: new Map([['isThree', (state) => (state as { pages: number }).pages === 3]]),
  })
}

/** Starts the task and tells where it stands after each "resume all", until it has ended. */
async function stops(harness: ReturnType<typeof broken>, input = { site: 'a' }) {
  const { runner, time, control, of } = harness
  const handle = runner.submit(pages, input, { id: 't' })
  await time.settle()
  const places: (string | undefined)[] = []
  while (handle.state === 'suspended' && places.length < 20) {
    places.push(of('task.hold', 't').at(-1)?.hold.at)
    control('t', { verb: 'resume', all: true })
    await time.settle()
  }
  return { places, end: handle.state }
}

describe('a breakpoint', () => {
  test.each<[string, Breakpoint['on'], string[]]>([
    ['on start', { kind: 'start' }, ['its start']],
    ['on the transition to running', { kind: 'transition', to: 'running' }, ['its start']],
    ['on a label', { kind: 'checkpoint', label: 'page 2' }, ['page 2']],
    ['on the start of a label', { kind: 'checkpoint', label: 'page*' }, [1, 2, 3, 4, 5].map((page) => `page ${page}`)],
    ['on progress, once', { kind: 'progress', atLeast: 2 }, ['page 3']],
    ['on a comparison, when it comes true', { kind: 'state', when: { path: 'pages', is: '>=', than: 3 } }, ['page 4']],
    ['on a function of the module', { kind: 'state', when: { export: 'isThree' } }, ['page 4']],
    ['on the end', { kind: 'transition', to: 'completed' }, ['its end']],
    ['on an error, when there is none', { kind: 'error' }, []],
  ])('%s', async (_name, on, expected) => {
    expect(await stops(broken({ on }))).toEqual({ places: expected, end: 'completed' })
  })

  test('on start holds before the input is checked, the state made and the first statement run', async () => {
    const { runner, time, control, states } = broken({ on: { kind: 'start' } })
    const effects: string[] = []
    const task = defineTask({
      name: 'effects',
      state: () => {
        effects.push('state')
        return {}
      },
      run: () => {
        effects.push('run')
      },
    })
    runner.submit(task, undefined, { id: 't' })
    await time.advance(1000)
    expect([effects, states('t')]).toEqual([[], ['pending', 'suspended']])
    control('t', { verb: 'resume', all: true })
    await time.settle()
    expect([effects, states('t')]).toEqual([
      ['state', 'run'],
      ['pending', 'suspended', 'pending', 'running', 'completed'],
    ])
  })

  test('on an error holds the task with its state at hand before it fails', async () => {
    const { runner, time, control, states, of, ended } = broken({ on: { kind: 'error' } })
    const task = defineTask({
      name: 'fails',
      state: () => ({ row: 7 }),
      run: () => {
        throw new Error('no room')
      },
    })
    runner.submit(task, undefined, { id: 't' })
    await time.settle()
    expect(states('t')).toEqual(['pending', 'running', 'suspended'])
    control('t', { verb: 'getState' })
    expect(of('task.live', 't').at(-1)?.value.text).toBe('{"row":7}')
    control('t', { verb: 'resume', all: true })
    await time.settle()
    expect(ended('t')).toMatchObject({ status: 'failed', error: { message: 'no room' } })
  })

  test('on a question holds the task where it asks', async () => {
    const { runner, time, states } = broken({ on: { kind: 'transition', to: 'input_required' } })
    runner.submit((ctx) => ctx.requestInput({ message: 'go on?' }), undefined, { id: 't' })
    await time.settle()
    expect(states('t')).toEqual(['pending', 'running', 'input_required', 'suspended'])
    await runner.close('over')
  })

  test('owns its hold: it says so, your resume leaves it, step keeps it, cancel drops it', async () => {
    const { runner, time, control, life, of, states } = broken({ on: { kind: 'checkpoint', label: 'page 2' } })
    runner.submit(pages, { site: 'a' }, { id: 't' })
    await time.settle()
    expect(of('task.hold', 't').at(-1)?.hold.owner).toEqual({
      kind: 'breakpoint',
      name: 'breakpoint checkpoint page 2',
    })
    expect(life(control('t', { verb: 'resume' }))[1]).toMatch('it is held by breakpoint checkpoint page 2')
    control('t', { verb: 'step' })
    await time.settle()
    expect(of('task.hold', 't').at(-1)?.hold).toMatchObject({ at: 'page 3', owner: { kind: 'breakpoint' } })
    control('t', { verb: 'cancel' })
    await time.settle()
    expect(states('t').at(-1)).toBe('cancelled')
  })
})

describe('the scope of a breakpoint', () => {
  test.each<[string, Breakpoint['scope'], boolean]>([
    ['the name', { name: 'pages' }, true],
    ['another name', { name: 'other' }, false],
    ['the label', { label: 'a' }, true],
    ['the start of the label', { label: '*' }, true],
    ['another label', { label: 'b' }, false],
    ['itself', { under: nodeId('t') }, true],
    ['another subtree', { under: nodeId('x') }, false],
    ['name and label, both have to fit', { name: 'pages', label: 'b' }, false],
  ])('%s: it fits is %s', async (_name, scope, hit) => {
    const harness = broken({ on: { kind: 'start' }, ...(scope !== undefined && { scope }) })
    expect((await stops(harness)).places).toHaveLength(hit ? 1 : 0)
  })

  test('a subtree takes in children that are spawned later', async () => {
    const { runner, time, of } = broken({
      on: { kind: 'checkpoint', label: 'deep' },
      scope: { under: nodeId('top') },
    })
    const child = defineTask({ name: 'child', run: (ctx) => ctx.checkpoint('deep') })
    const parent = defineTask({ name: 'parent', run: (ctx) => ctx.spawn(child) })
    runner.submit(parent, undefined, { id: 'top' })
    runner.submit(parent, undefined, { id: 'other' })
    await time.settle()
    expect(of('task.hold').map(({ hold }) => hold.at)).toEqual([undefined, 'deep'])
    await runner.close('over')
  })
})

test('set and removed while tasks live, a breakpoint counts from then on', async () => {
  const { runner, time } = broken()
  const steps = defineTask({
    name: 'steps',
    run: async (ctx) => {
      for (let step = 1; ; step += 1) {
        await ctx.sleep(100)
        await ctx.checkpoint(`step ${step}`)
      }
    },
  })
  const handle = runner.submit(steps, undefined, { id: 't' })
  await time.advance(250)
  expect(runner.setBreakpoint({ id: 'b', on: { kind: 'checkpoint', label: 'step 3' } })).toBeUndefined()
  expect(runner.setBreakpoint({ id: 'x', on: { kind: 'state', when: { export: 'gone' } } })).toBe(
    'the module exports no function gone',
  )
  await time.advance(100)
  expect(handle.state).toBe('suspended')
  expect(runner.removeBreakpoint('b')).toBe(true)
  expect(runner.removeBreakpoint('b')).toBe(false)
  await handle.resumeAll()
  await time.advance(1000)
  expect(handle.state).toBe('running')
  await runner.close('over')
})

describe('a subtree', () => {
  test('is suspended and resumed as a whole, with a result for every task', async () => {
    const { runner, time, control, life, of } = broken()
    const child = defineTask({ name: 'child', run: (ctx) => ctx.sleep(10_000) })
    const parent = defineTask({
      name: 'parent',
      run: async (ctx) => {
        ctx.spawn(child, undefined, { id: 'one' })
        ctx.spawn(child, undefined, { id: 'two' })
        await ctx.sleep(10_000)
      },
    })
    runner.submit(parent, undefined, { id: 'top' })
    await time.settle()
    control('one', { verb: 'suspend' })
    const held = control('top', { verb: 'suspend', subtree: true })
    expect(life(held)).toEqual([
      'acknowledged',
      'effective: held 2 of 3: parent at sleep 10 s; child refused: you hold it already; child at sleep 10 s',
    ])
    const released = control('top', { verb: 'resume', subtree: true, all: true })
    expect(life(released)).toEqual([
      'acknowledged',
      'effective: released 3 of 3: parent held for 0 ms; child held for 0 ms; child held for 0 ms',
    ])
    expect(of('task.state').at(-1)?.to).toBe('running')
    expect(life(control('top', { verb: 'resume', subtree: true }))[1]).toBe('refused: none of them is held')
    await runner.close('over')
  })
})
