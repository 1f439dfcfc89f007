/** Tasks with the mistakes that people make, beside one that makes none. */
import { setTimeout as delay } from 'node:timers/promises'
import { defineTask } from 'taskscope'

export const bystander = defineTask({ name: 'bystander', run: (ctx) => ctx.sleep(600_000) })

export const forgetful = defineTask({
  name: 'forgetful',
  run: async (ctx) => {
    void (async () => {
      await delay(20)
      throw new RangeError('handle 7 was closed twice')
    })()
    await ctx.sleep(300)
    return 'its own work is done'
  },
})

export const throwsLate = defineTask({
  name: 'throws-late',
  run: async (ctx) => {
    setTimeout(() => {
      throw new RangeError('much too late')
    }, 20)
    await ctx.sleep(600_000)
  },
})
