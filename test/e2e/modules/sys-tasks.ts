/** Tasks whose live state shows in the file that TASKSCOPE_TEST_LOG names, so that a change of it can be seen. */
import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { defineSupervisor, defineTask } from 'taskscope'

const log = process.env.TASKSCOPE_TEST_LOG ?? ''

/** Adds its step to its total once per checkpoint, and writes the total. */
export const counter = defineTask({
  name: 'counter',
  state: () => ({ step: 1, total: 0 }),
  run: async (ctx) => {
    for (let round = 1; ; round += 1) {
      await ctx.checkpoint(`round ${round}`)
      ctx.state.total += ctx.state.step
      appendFileSync(log, `${ctx.state.total}\n`)
      ctx.progress({ current: round })
      await delay(25, undefined, { signal: ctx.signal })
    }
  },
})

/** As the counter, in a thread that it keeps busy between two checkpoints. */
export const threadCounter = defineTask({
  name: 'thread-counter',
  isolation: 'thread',
  state: () => ({ step: 1, total: 0 }),
  run: async (ctx) => {
    for (let round = 1; ; round += 1) {
      spin(20)
      ctx.state.total += ctx.state.step
      appendFileSync(`${log}.thread`, `${ctx.state.total}\n`)
      await ctx.checkpoint(`round ${round}`)
    }
  },
})

function spin(milliseconds: number): void {
  const until = Date.now() + milliseconds
  while (Date.now() < until);
}

export const failing = defineTask({
  name: 'failing',
  state: () => ({ row: 7, password: 'hunter2' }),
  run: async () => {
    throw new Error('no route', { cause: new Error('ECONNRESET') })
  },
})

export const work = defineSupervisor({
  name: 'work',
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 5000,
  children: [
    { id: 'counter', task: counter, restart: 'permanent' },
    { id: 'failing', task: failing, restart: 'temporary' },
  ],
})
