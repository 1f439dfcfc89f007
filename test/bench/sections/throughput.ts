/** No-op tasks from start to an awaited outcome, at most 1000 in flight, everything on that the application has on. */
import { createRig, type RigOptions } from '../rig.ts'
import { median, type Rate, rate, rounded, rounds } from '../statistics.ts'

const inFlight = 1000

/** The processor time of all threads, the viewer's and the garbage collector's too: other work changes it little. */
interface TaskRate extends Rate {
  readonly cpuUsPerTask: number
}

interface Throughput {
  readonly tenThousand: TaskRate
  readonly hundredThousand: TaskRate
}

const bare = { registry: true, maxFinished: 10_000, viewer: true }

export async function throughputBare(): Promise<Throughput> {
  return {
    tenThousand: await measure(bare, 10_000, inFlight),
    hundredThousand: await measure(bare, 100_000, inFlight),
  }
}

export async function throughputWithSpans(): Promise<Throughput & { readonly spansDropped: number }> {
  const spans = { ...bare, spans: true }
  let spansDropped = 0
  return {
    tenThousand: await measure(spans, 10_000, inFlight),
    hundredThousand: await measure(spans, 100_000, inFlight, (dropped) => {
      spansDropped = dropped
    }),
    spansDropped,
  }
}

/** 100 000 submitted before the first one runs. */
export function throughputBurst(): Promise<TaskRate> {
  return measure(bare, 100_000, 100_000)
}

async function measure(
  options: RigOptions,
  count: number,
  width: number,
  tellDropped?: (dropped: number) => void,
): Promise<TaskRate> {
  const rig = await createRig(options)
  const noop = () => undefined
  const lane = async (tasks: number): Promise<void> => {
    for (let n = 0; n < tasks; n++) {
      const { status } = await rig.runner.submit(noop).outcome
      if (status !== 'completed') throw new Error(`a no-op ended as ${status}`)
    }
  }
  const run = (tasks: number) => Promise.all(Array.from({ length: width }, () => lane(tasks / width)))
  // As many as Erlang's own round to warm up, whatever is measured: compiling is no part of it.
  await run(100_000)
  const took = await rounds(count > 10_000 ? 3 : 5, async () => {
    const begun = performance.now()
    const worked = process.cpuUsage()
    await run(count)
    const { user, system } = process.cpuUsage(worked)
    return { ms: performance.now() - begun, cpuUs: (user + system) / count }
  })
  tellDropped?.(rig.spans().dropped)
  await rig.close()
  return {
    ...rate(
      count,
      took.map(({ ms }) => ms),
    ),
    cpuUsPerTask: rounded(median(took.map(({ cpuUs }) => cpuUs))),
  }
}
