/** What one `ctx.progress` costs the task that calls it. */
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createRig } from '../rig.ts'
import { median, rounded, rounds } from '../statistics.ts'

const calls = 100_000

export async function progress(): Promise<{ readonly callerSideUs: number; readonly calls: number }> {
  const { runner, close } = await createRig({ registry: true })
  const perCall = await rounds(5, async () => {
    let took = 0
    await runner.submit((ctx: TaskContext) => {
      const begun = performance.now()
      for (let current = 0; current < calls; current++) {
        ctx.progress({ current, total: calls, message: 'Processing item' })
      }
      took = performance.now() - begun
    }).outcome
    return (took * 1000) / calls
  })
  await close()
  return { callerSideUs: rounded(median(perCall)), calls }
}
