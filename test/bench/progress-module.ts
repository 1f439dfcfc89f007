/** A task module for the feed's latency: one task that keeps a thousand children reporting, so many times a second. */
import { defineTask, type TaskContext } from 'taskscope'

const children = 1000
const everyMs = 10

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export const reporters = defineTask({
  name: 'reporters',
  async run(ctx: TaskContext<{ readonly updatesPerSecond: number }>, { updatesPerSecond }) {
    const contexts: TaskContext[] = []
    const done = new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve(), { once: true }))
    for (let n = 0; n < children; n++) {
      void ctx.spawn(async (child: TaskContext) => {
        contexts.push(child)
        await done
      })
    }
    const begun = monotonicMs()
    let sent = 0
    const timer = setInterval(() => {
      // Catches up after a late timer, so that the rate holds.
      const due = ((monotonicMs() - begun) / 1000) * updatesPerSecond
      for (; sent < due && contexts.length > 0; sent++) {
        contexts[sent % contexts.length]?.progress({ current: monotonicMs() })
      }
    }, everyMs)
    await done
    clearInterval(timer)
  },
})
