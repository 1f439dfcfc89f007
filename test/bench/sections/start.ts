/** From `submit` to the first statement of the task's function, one task at a time. */
import { createRig, type RigOptions } from '../rig.ts'
import { type Latency, latency, rounds } from '../statistics.ts'

const perRound = 10_000

export async function start(): Promise<Readonly<Record<string, Latency>>> {
  return {
    bare: await measure({ registry: false }),
    withRegistry: await measure({ registry: true, maxFinished: 10_000 }),
    withSpans: await measure({ registry: true, maxFinished: 10_000, spans: true }),
  }
}

async function measure(options: RigOptions): Promise<Latency> {
  const { runner, close } = await createRig(options)
  let running = 0
  const noop = () => {
    running = performance.now()
  }
  const samples = await rounds(5, async () => {
    const round = new Float64Array(perRound)
    for (let n = 0; n < perRound; n++) {
      const submitted = performance.now()
      const { outcome } = runner.submit(noop)
      await outcome
      round[n] = (running - submitted) * 1000
    }
    return round
  })
  await close()
  return latency('us', samples)
}
