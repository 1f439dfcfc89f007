/**
 * Tasks whose behaviour can be seen from outside: they write what they do to the file that TASKSCOPE_TEST_LOG names.
 */
import { appendFileSync } from 'node:fs'
import { defineSupervisor, defineTask } from 'taskscope'

const log = process.env.TASKSCOPE_TEST_LOG ?? ''

/** One line per round, one checkpoint per round. */
export const writer = defineTask({
  name: 'writer',
  run: async (ctx) => {
    for (let line = 1; ; line += 1) {
      appendFileSync(log, `${line}\n`)
      ctx.progress({ current: line })
      await ctx.sleep(25)
    }
  },
})

export const neighbour = defineTask({
  name: 'neighbour',
  run: async (ctx) => {
    for (let round = 1; ; round += 1) {
      ctx.progress({ current: round })
      await ctx.sleep(50)
    }
  },
})

export const work = defineSupervisor({
  name: 'work',
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 5000,
  children: [
    { id: 'writer', task: writer, restart: 'transient' },
    { id: 'neighbour', task: neighbour, restart: 'transient' },
  ],
})
