/** The verbs of OTP's `sys` that stop a task and let it go, and the one that takes a debug function off again. */
import { expect, test } from 'vitest'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createHarness } from './harness.ts'

/** Counts a page after each checkpoint, one every 100 ms. */
const crawl = defineTask({
  name: 'crawl',
  state: () => ({ pages: 0 }),
  run: async (ctx) => {
    for (;;) {
      await ctx.checkpoint()
      ctx.state.pages += 1
      await ctx.sleep(100)
    }
  },
})

test('suspend: none of its own code runs any more, and it can still be asked', async () => {
  // sys:suspend(Name): "Suspends the process. When the process is suspended, it only responds to other system messages."
  const { runner, time, control, life, of } = createHarness()
  const { id } = runner.submit(crawl, undefined, { id: 'c' })
  await time.advance(250)
  const asked = control(id, { verb: 'suspend' })
  await time.advance(60_000)
  expect(life(asked).at(-1)).toBe('effective: at sleep 100 ms')
  expect(life(control(id, { verb: 'getState' })).at(-1)).toBe('effective')
  expect(of('task.live', id).at(-1)?.value.text).toBe('{"pages":3}')
  await runner.close('over')
})

test('suspend: a second one of the same asker changes nothing', async () => {
  // sys:suspend/1 of a suspended process is answered ok and keeps it suspended; here the asker hears that it is held.
  const { runner, time, control, life } = createHarness()
  const { id } = runner.submit(crawl, undefined, { id: 'c' })
  await time.settle()
  control(id, { verb: 'suspend' })
  expect(life(control(id, { verb: 'suspend' })).at(-1)).toBe('refused: you hold it already')
  await runner.close('over')
})

test('resume: it goes on where it stood, with what it had', async () => {
  // sys:resume(Name): "Resumes a suspended process", in the state that it was suspended with.
  const { runner, time, control, life, of } = createHarness()
  const { id } = runner.submit(crawl, undefined, { id: 'c' })
  await time.advance(250)
  control(id, { verb: 'suspend' })
  await time.advance(10_000)
  expect(life(control(id, { verb: 'resume' })).at(-1)).toBe('effective: held for 10 s')
  await time.advance(199)
  control(id, { verb: 'getState' })
  expect(of('task.live', id).at(-1)?.value.text).toBe('{"pages":5}')
  await runner.close('over')
})

test('remove: a debug function that was taken off hears nothing any more', async () => {
  // sys:remove(Name, Func): "Removes an installed debug function from the process."
  const heard: string[] = []
  const watch = (event: unknown): void => void heard.push((event as { kind: string }).kind)
  const { runner, time, control, life } = createHarness({ functions: new Map([['watch', watch]]) })
  const { id } = runner.submit(crawl, undefined, { id: 'c' })
  await time.settle()
  control(id, { verb: 'install', hook: { id: 'w', kind: 'function', export: 'watch' } })
  await time.advance(300)
  expect(life(control(id, { verb: 'remove', hook: 'w' })).at(-1)).toBe('effective')
  const before = heard.length
  expect(before).toBeGreaterThan(0)
  await time.advance(300)
  expect(heard).toHaveLength(before)
  await runner.close('over')
})
