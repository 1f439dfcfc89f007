/** A trace that goes with the sample rows, and one of any size for measuring. */
import type { Bounded, StateInterval } from '../../../core/model/detail.ts'
import type { NodeKey } from '../../../core/model/identity.ts'
import { isTaskRow, type Row, type TaskRow } from '../../../core/model/row.ts'
import type { SpanData } from '../../../core/model/span.ts'
import type { Trace, TraceTask } from '../../../core/model/trace.ts'
import { taskRow } from './sample-rows.ts'

export const sampleTraceId = '4bf92f3577b34da6a3ce929d0e0e4736'

function bounded<T>(items: readonly T[]): Bounded<T> {
  return { items, dropped: 0 }
}

function traceOf(tasks: readonly TraceTask[]): Trace {
  return {
    traceId: sampleTraceId,
    tasks: new Map(tasks.map((task) => [task.row.key, task])),
    loose: bounded([]),
    left: 0,
    forgotten: 0,
    loading: false,
  }
}

const spanIdOf = (n: number) => n.toString(16).padStart(16, '0')

function span(n: number, parent: number, name: string, start: number, end: number, status = 200): SpanData {
  return {
    traceId: sampleTraceId,
    spanId: spanIdOf(n),
    parentSpanId: spanIdOf(parent),
    name,
    kind: 'client',
    start,
    end,
    status: status >= 500 ? { code: 'error', message: String(status) } : { code: 'unset' },
    attributes: { 'http.response.status_code': status, 'url.path': name },
    events: [],
    links: [],
  }
}

/** A crawl of a few seconds: two pages, one of them late, and a batch that you hold. */
export function sampleTrace(now: number): Trace {
  const at = (ms: number) => now - 12_400 + ms
  const you = { why: { text: 'by you', detail: 'at checkpoint page 41' }, by: { kind: 'person' } } as const
  let ord = 900
  const task = (
    n: number,
    parent: number | undefined,
    facts: { readonly id: string; readonly name: string; readonly label?: string; readonly under?: string },
    from: number,
    to: number | undefined,
    intervals: readonly StateInterval[],
    spans: readonly SpanData[] = [],
    more: Partial<TaskRow> = {},
  ): TraceTask => {
    ord += 1
    const parentSpan = parent === undefined ? {} : { parentSpanId: spanIdOf(parent) }
    const row = taskRow(now, ord, {
      ...facts,
      ...more,
      of: 'demo',
      createdAt: at(from),
      startedAt: at(from),
      trace: { traceId: sampleTraceId, spanId: spanIdOf(n), ...parentSpan },
      ...(to === undefined ? {} : { endedAt: at(to) }),
    })
    return { row, intervals: bounded(intervals), spans: bounded(spans) }
  }
  const stay = (state: StateInterval['state'], from: number, to?: number, cause = {}): StateInterval => ({
    state,
    from: at(from),
    ...(to === undefined ? {} : { to: at(to) }),
    ...cause,
  })
  const completed = { state: 'completed' } as const
  return traceOf([
    task(
      1,
      undefined,
      { id: 'crawl', name: 'crawl' },
      0,
      undefined,
      [stay('pending', 0, 120), stay('running', 120)],
      [span(20, 1, 'GET /sitemap.xml', at(140), at(1330))],
    ),
    task(
      2,
      1,
      { id: 'f1', name: 'fetch', label: '/guide/intro', under: 'crawl' },
      1380,
      2200,
      [stay('running', 1400, 2200)],
      [],
      completed,
    ),
    task(
      3,
      1,
      { id: 'f2', name: 'fetch', label: '/guide/tasks', under: 'crawl' },
      2250,
      5900,
      [stay('running', 2260, 5900)],
      [span(21, 3, 'GET /guide/tasks', at(2300), at(4100), 503), span(22, 3, 'GET /guide/tasks', at(4600), at(5880))],
      completed,
    ),
    task(
      4,
      1,
      { id: 'f3', name: 'fetch', label: '/api/legacy', under: 'crawl' },
      2300,
      4940,
      [stay('running', 2310, 4940)],
      [],
      {
        state: 'failed',
        failure: 'error',
      },
    ),
    task(
      5,
      1,
      { id: 'index', name: 'index', label: 'batch-041', under: 'crawl' },
      5950,
      undefined,
      [stay('pending', 5950, 6310), stay('running', 6310, 9400), stay('suspended', 9400, undefined, you)],
      [],
      {
        state: 'suspended',
        holds: [{ id: 'h', owner: you.by, how: 'checkpoint', requestedAt: at(9359), effectiveAt: at(9400) }],
      },
    ),
    task(
      6,
      5,
      { id: 'e16', name: 'embed', label: 'chunk 16', under: 'index' },
      6400,
      8200,
      [stay('running', 6410, 8200)],
      [],
      completed,
    ),
    task(
      7,
      5,
      { id: 'e17', name: 'embed', label: 'chunk 17', under: 'index' },
      8250,
      9350,
      [stay('running', 8260, 9350)],
      [],
      completed,
    ),
    task(8, 1, { id: 'f4', name: 'fetch', label: '/guide/control', under: 'crawl' }, 9600, undefined, [
      stay('running', 9610),
    ]),
  ])
}

/** @param size about how many spans; each fourth task has children */
export function largeTrace(now: number, size: number): Trace {
  const tasks: TraceTask[] = []
  const count = Math.ceil(size / 5)
  const total = count * 40
  for (let n = 0; n < count; n += 1) {
    const parent = n === 0 ? undefined : n % 4 === 0 ? 0 : n - (n % 4)
    const from = now - total - 1000 + (n === 0 ? 0 : n * 40)
    const to = n === 0 ? undefined : from + 20 + ((n * 37) % 400)
    const end = to ?? now
    const row = taskRow(now, n + 1, {
      id: `t${n}`,
      of: 'many',
      name: `task ${n}`,
      ...(parent === undefined ? {} : { under: `t${parent}` }),
      createdAt: from,
      startedAt: from + 2,
      trace: {
        traceId: sampleTraceId,
        spanId: spanIdOf(n + 1),
        ...(parent === undefined ? {} : { parentSpanId: spanIdOf(parent + 1) }),
      },
      ...(to === undefined ? {} : { endedAt: to, state: n % 50 === 3 ? 'failed' : 'completed' }),
    })
    const middle = (from + end) / 2
    tasks.push({
      row,
      intervals: bounded([
        { state: 'pending', from, to: from + 2 },
        to === undefined ? { state: 'running', from: from + 2 } : { state: 'running', from: from + 2, to },
      ]),
      spans: bounded([
        span(1_000_000 + 2 * n, n + 1, 'GET /a', from + 3, middle),
        span(1_000_001 + 2 * n, n + 1, 'GET /b', middle, end - 1, n % 70 === 0 ? 503 : 200),
      ]),
    })
  }
  return traceOf(tasks)
}

/** The rows with those of the trace in their place. */
export function withTrace(rows: ReadonlyMap<NodeKey, Row>, trace: Trace): readonly Row[] {
  const all = new Map(rows)
  for (const { row } of trace.tasks.values()) {
    const known = all.get(row.key)
    all.set(row.key, known !== undefined && isTaskRow(known) ? { ...known, ...row, ord: known.ord } : row)
  }
  return [...all.values()]
}
