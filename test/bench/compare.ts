/** Our numbers as ratios to the Erlang bar of the same run: above 1 is slower for latencies, faster for rates. */
import type { ErlangBar } from './erlang.ts'
import { rounded } from './statistics.ts'

export function compare(results: Readonly<Record<string, unknown>>, bar: ErlangBar): Readonly<Record<string, number>> {
  const ours: Readonly<Record<string, readonly [path: string, erlang: number]>> = {
    'start bare, p50 / Erlang': ['start.bare.p50', bar.startUs],
    'start with spans, p50 / Erlang': ['start.withSpans.p50', bar.startUs],
    'tasks per second bare, 10k / Erlang 100k': ['throughput.bare.tenThousand.median', bar.tasksPerSecond],
    'tasks per second bare, 100k / Erlang 100k': ['throughput.bare.hundredThousand.median', bar.tasksPerSecond],
    'tasks per second with spans, 10k / Erlang 100k': ['throughput.withSpans.tenThousand.median', bar.tasksPerSecond],
    'tasks per second with spans, 100k / Erlang 100k': [
      'throughput.withSpans.hundredThousand.median',
      bar.tasksPerSecond,
    ],
    'cancel, 1 live, p50 / Erlang': ['cancel.oneLive.p50', bar.cancelOneP50Us],
    'cancel, 1000 live, p50 / Erlang': ['cancel.thousandLive.p50', bar.cancelThousandP50Us],
    'cancel, 1000 live, p99 / Erlang': ['cancel.thousandLive.p99', bar.cancelThousandP99Us],
  }
  const ratios: Record<string, number> = {}
  for (const [name, [path, erlang]] of Object.entries(ours)) {
    const value = path.split('.').reduce<unknown>(part, results)
    if (typeof value === 'number') ratios[name] = rounded(value / erlang)
  }
  return ratios
}

function part(whole: unknown, key: string): unknown {
  return typeof whole === 'object' && whole !== null && key in whole ? Reflect.get(whole, key) : undefined
}
