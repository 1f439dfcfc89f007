/** A task with two children, one of which is held for a while and one of which fails; and one that waits for its end. */
import { existsSync } from 'node:fs'
import { defineTask } from 'taskscope'

/** Works until the file that TASKSCOPE_TEST_GATE names is there. */
const left = defineTask({
  name: 'left',
  run: async (ctx) => {
    for (let step = 1; !existsSync(process.env.TASKSCOPE_TEST_GATE ?? ''); step += 1) {
      ctx.progress({ current: step, message: 'reading' })
      await ctx.checkpoint(`step ${step}`)
      await ctx.sleep(20)
    }
    return 'read'
  },
})

const right = defineTask({
  name: 'right',
  run: async (ctx) => {
    await ctx.sleep(20)
    throw new TypeError('there is no right')
  },
})

export const parent = defineTask({
  name: 'parent',
  input: { type: 'object', properties: { site: { type: 'string' } } },
  label: (input: { readonly site: string }) => input.site,
  run: async (ctx) => {
    const answer = await ctx.requestInput({ message: 'Begin?' })
    const children = [ctx.spawn(left, {}), ctx.spawn(right, {})]
    const outcomes = await Promise.all(children.map((child) => child.outcome))
    return { answer: answer.action, outcomes: outcomes.map((outcome) => outcome.status) }
  },
})

/** Many at once, for a host that is killed. */
export const crowd = defineTask({
  name: 'crowd',
  run: async (ctx) => {
    const members = Array.from({ length: 40 }, () => ctx.spawn(member, {}).outcome)
    await Promise.all(members)
  },
})

const member = defineTask({
  name: 'member',
  run: async (ctx) => {
    for (;;) {
      ctx.progress({ current: 1 })
      await ctx.sleep(10)
    }
  },
})
