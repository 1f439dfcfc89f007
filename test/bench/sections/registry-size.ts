/** Whether the registry slows down as finished tasks pile up: the end of a task, and a page of the list, at 50 000. */
import { sourceId } from '../../../core/model/identity.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'
import { type Latency, latency, rounds } from '../statistics.ts'

const finished = 50_000
const perRound = 2000

export async function registrySize(): Promise<Readonly<Record<string, Latency>>> {
  const registry = createRegistry({ maxFinished: finished })
  const source = sourceId('bench')
  let ending = 0
  const runner = createTaskRunner({
    source,
    sink(event) {
      const begun = performance.now()
      registry.apply(event)
      if (event.kind === 'task.state' && event.to === 'completed') ending = performance.now() - begun
    },
  })
  const noop = () => undefined
  for (let n = 0; n < finished; n++) await runner.submit(noop).outcome
  const ends = await rounds(5, async () => {
    const round = new Float64Array(perRound)
    for (let n = 0; n < perRound; n++) {
      await runner.submit(noop).outcome
      round[n] = ending
    }
    return round
  })
  const pages = await rounds(5, () => {
    const round = new Float64Array(perRound)
    let after: number | undefined
    for (let n = 0; n < perRound; n++) {
      const begun = performance.now()
      const page = registry.list({ source, limit: 100, ...(after !== undefined && { after }) })
      round[n] = performance.now() - begun
      after = page.next
    }
    return round
  })
  await runner.close('the benchmark is over')
  return { taskEnd: latency('ms', ends), listPageOf100: latency('ms', pages) }
}
