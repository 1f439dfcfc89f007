/** A task that holds the event loop in long stretches, never reaches a checkpoint, and writes a line per stretch. */
import { appendFileSync } from 'node:fs'
import { defineSupervisor, defineTask } from 'taskscope'

const log = process.env.TASKSCOPE_TEST_LOG ?? ''

export const busy = defineTask({
  name: 'busy',
  run: async () => {
    for (let round = 1; ; round += 1) {
      appendFileSync(log, `${round}\n`)
      holdTheLoop(250)
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
})

function holdTheLoop(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

export const work = defineSupervisor({
  name: 'work',
  strategy: 'one_for_one',
  intensity: 1,
  periodMs: 5000,
  children: [{ id: 'busy', task: busy, restart: 'temporary' }],
})
