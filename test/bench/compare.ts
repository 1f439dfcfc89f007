/**
 * Our numbers as ratios to the Erlang bar that ran just before and just after them: above 1 is slower for latencies,
 * faster for rates.
 */
import type { ErlangBar } from './erlang.ts'
import { rounded } from './statistics.ts'

interface Comparison {
  readonly name: string
  readonly section: string
  /** Where the number stands in the section's result. */
  readonly path: readonly string[]
  readonly erlang: keyof ErlangBar
}

const comparisons: readonly Comparison[] = [
  { name: 'start bare, p50', section: 'start', path: ['bare', 'p50'], erlang: 'startUs' },
  { name: 'start with spans, p50', section: 'start', path: ['withSpans', 'p50'], erlang: 'startUs' },
  ...['tenThousand', 'hundredThousand'].flatMap((count): Comparison[] => [
    {
      name: `tasks per second bare, ${count} / Erlang 100k`,
      section: 'throughput.bare',
      path: [count, 'median'],
      erlang: 'tasksPerSecond',
    },
    {
      name: `tasks per second with spans, ${count} / Erlang 100k`,
      section: 'throughput.withSpans',
      path: [count, 'median'],
      erlang: 'tasksPerSecond',
    },
  ]),
  { name: 'cancel, 1 live, p50', section: 'cancel', path: ['oneLive', 'p50'], erlang: 'cancelOneP50Us' },
  { name: 'cancel, 1000 live, p50', section: 'cancel', path: ['thousandLive', 'p50'], erlang: 'cancelThousandP50Us' },
  { name: 'cancel, 1000 live, p99', section: 'cancel', path: ['thousandLive', 'p99'], erlang: 'cancelThousandP99Us' },
]

/** Whether something in the section's result is compared with Erlang's. */
export function isCompared(section: string): boolean {
  return comparisons.some((one) => one.section === section)
}

/** The ratios of one section, by what they compare. */
export function compare(section: string, result: unknown, bar: ErlangBar): Readonly<Record<string, number>> {
  const ratios: Record<string, number> = {}
  for (const { name, section: of, path, erlang } of comparisons) {
    if (of !== section) continue
    const value = path.reduce<unknown>(part, result)
    if (typeof value === 'number') ratios[name] = rounded(value / bar[erlang])
  }
  return ratios
}

function part(whole: unknown, key: string): unknown {
  return typeof whole === 'object' && whole !== null && key in whole ? Reflect.get(whole, key) : undefined
}
