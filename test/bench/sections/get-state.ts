/** Formatting a task's live state on request, in the process of the task. */
import { controlId, nodeKey } from '../../../core/model/identity.ts'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createRig } from '../rig.ts'
import { type Latency, latency, rounds } from '../statistics.ts'

const perRound = 10_000

export async function getState(): Promise<Latency> {
  const { runner, close } = await createRig({ registry: false })
  const handle = await runner.start((ctx: TaskContext) => {
    Object.assign(ctx.state, { pages: 42, url: 'https://example.org/a', done: false })
    return new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve(), { once: true }))
  })
  const target = nodeKey(runner.id, handle.id)
  let asked = 0
  const samples = await rounds(5, () => {
    const round = new Float64Array(perRound)
    for (let n = 0; n < perRound; n++) {
      asked += 1
      const id = controlId(String(asked))
      const begun = performance.now()
      runner.control({ id, target, by: { kind: 'program' }, requestedAt: 0, command: { verb: 'getState' } })
      round[n] = (performance.now() - begun) * 1000
    }
    return round
  })
  handle.cancel()
  await close()
  return latency('us', samples)
}
