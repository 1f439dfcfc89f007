/** No-op tasks from start to an awaited outcome, at most 1000 in flight, everything on that the application has on. */
import { createRig, type RigOptions } from '../rig.ts'
import { type Rate, rate, rounds } from '../statistics.ts'

const inFlight = 1000

interface Throughput {
  readonly bare: { readonly tenThousand: Rate; readonly hundredThousand: Rate }
  readonly withSpans: { readonly tenThousand: Rate; readonly hundredThousand: Rate; readonly spansDropped: number }
  /** 100 000 submitted before the first one runs. */
  readonly burst: Rate
}

export async function throughput(): Promise<Throughput> {
  const bare = { registry: true, maxFinished: 10_000, viewer: true }
  const spans = { ...bare, spans: true }
  let spansDropped = 0
  return {
    bare: {
      tenThousand: await measure(bare, 10_000, inFlight),
      hundredThousand: await measure(bare, 100_000, inFlight),
    },
    withSpans: {
      tenThousand: await measure(spans, 10_000, inFlight),
      hundredThousand: await measure(spans, 100_000, inFlight, (dropped) => {
        spansDropped = dropped
      }),
      spansDropped,
    },
    burst: await measure(bare, 100_000, 100_000),
  }
}

async function measure(
  options: RigOptions,
  count: number,
  width: number,
  tellDropped?: (dropped: number) => void,
): Promise<Rate> {
  const rig = await createRig(options)
  const noop = () => undefined
  const lane = async (tasks: number): Promise<void> => {
    for (let n = 0; n < tasks; n++) {
      const { status } = await rig.runner.submit(noop).outcome
      if (status !== 'completed') throw new Error(`a no-op ended as ${status}`)
    }
  }
  const took = await rounds(count > 10_000 ? 3 : 5, async () => {
    const begun = performance.now()
    await Promise.all(Array.from({ length: width }, () => lane(count / width)))
    return performance.now() - begun
  })
  tellDropped?.(rig.spans().dropped)
  await rig.close()
  return rate(count, took)
}
