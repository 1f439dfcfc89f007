/** A task module for the window's latency: children that say in their progress when they said it. */
import { defineTask, type TaskContext } from 'taskscope'

const children = 1000
const everyMs = 10

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
    const begun = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      // Catches up after a late timer, so that the rate holds.
      const due = ((performance.now() - begun) / 1000) * updatesPerSecond
      for (; sent < due && contexts.length > 0; sent++) {
        const at = performance.timeOrigin + performance.now()
        contexts[sent % contexts.length]?.progress({ current: sent, message: at.toFixed(2) })
      }
    }, everyMs)
    await done
    clearInterval(timer)
  },
})
