/** From `cancel` to the observed outcome `cancelled`, for a task that waits for its signal. */
import type { TaskContext } from '../../../core/runner/task-context.ts'
import type { TaskHandle } from '../../../core/runner/task-handle.ts'
import type { TaskRunner } from '../../../core/runner/task-runner.ts'
import { createRig } from '../rig.ts'
import { type Latency, latency, rounds } from '../statistics.ts'

export async function cancel(): Promise<Readonly<Record<string, Latency>>> {
  const { runner, close } = await createRig({ registry: true, maxFinished: 10_000 })
  const oneLive = await rounds(5, () => cancelOneByOne(runner, 1, 2000))
  const thousandLive = await rounds(5, () => cancelOneByOne(runner, 1000, 1000))
  await close()
  return { oneLive: latency('us', oneLive), thousandLive: latency('us', thousandLive) }
}

async function cancelOneByOne(runner: TaskRunner, live: number, count: number): Promise<Float64Array> {
  const samples = new Float64Array(count)
  let handles: TaskHandle[] = []
  for (let n = 0; n < count; n++) {
    if (n % live === 0) handles = await Promise.all(Array.from({ length: live }, () => runner.start(untilCancelled)))
    const handle = handles[n % live]
    if (handle === undefined) throw new Error('a task is missing')
    const begun = performance.now()
    handle.cancel('enough')
    const { status } = await handle.outcome
    samples[n] = (performance.now() - begun) * 1000
    if (status !== 'cancelled') throw new Error(`a cancelled task ended as ${status}`)
  }
  return samples
}

function untilCancelled({ signal }: TaskContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
