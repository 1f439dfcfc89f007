/** Tasks that write their own ids to the file that TASKSCOPE_TEST_TRUTH names, before they do anything else. */
import { appendFileSync } from 'node:fs'
import { defineTask } from 'taskscope'

const work = defineTask({
  name: 'work',
  run: async (ctx) => {
    appendFileSync(process.env.TASKSCOPE_TEST_TRUTH ?? '', `${ctx.id}\n`)
    await ctx.sleep(4000 + Math.random() * 3000)
  },
})

/** All work at the same time for a while, then end one after the other. */
export const wave = defineTask({
  name: 'wave',
  run: async (ctx) => {
    appendFileSync(process.env.TASKSCOPE_TEST_TRUTH ?? '', `${ctx.id}\n`)
    await Promise.all(Array.from({ length: 300 }, () => ctx.spawn(work, {}).outcome))
  },
})
