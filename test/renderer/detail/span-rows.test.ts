import { describe, expect, it } from 'vitest'
import type { SpanData } from '../../../core/model/span.ts'
import { spanSummary } from '../../../renderer/detail/span-rows.ts'
import { taskRow } from '../preview/sample-rows.ts'
import { detailOf } from './render-window.tsx'

const now = 1_000_000
const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const row = taskRow(now, 1, { id: 't', of: 'demo', name: 'crawl', trace, startedAt: now - 9000 })

function span(id: string, start: number, facts: Partial<SpanData> = {}): SpanData {
  return {
    traceId: trace.traceId,
    spanId: id,
    parentSpanId: trace.spanId,
    name: id,
    kind: 'internal',
    start,
    end: start + 100,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    ...facts,
  }
}

describe('the spans of a task', () => {
  it('are its own, one per state, then those of its code by parent and time', () => {
    const detail = detailOf(row, {
      intervals: [
        { state: 'running', from: now - 9000, to: now - 3000 },
        { state: 'suspended', from: now - 3000 },
      ],
      spans: {
        items: [
          span('b', now - 4000),
          span('a', now - 8000),
          span('a1', now - 7990, { parentSpanId: 'a', status: { code: 'error', message: '503' } }),
        ],
        dropped: 2,
      },
    })
    const summary = spanSummary(detail)
    expect(summary.rows.map(({ name, depth }) => `${depth} ${name}`)).toEqual([
      '0 task crawl',
      '1 task.running',
      '1 task.suspended',
      '1 a',
      '2 a1',
      '1 b',
    ])
    expect(summary).toMatchObject({ traceId: trace.traceId, open: 2, errors: 1, dropped: 2 })
  })

  it('end with the task', () => {
    const ended = { ...row, state: 'failed', failure: 'error', endedAt: now } as const
    const detail = detailOf(ended, {
      intervals: [
        { state: 'running', from: now - 9000, to: now },
        { state: 'failed', from: now },
      ],
    })
    expect(spanSummary(detail)).toMatchObject({ open: 0, errors: 1 })
    expect(spanSummary(detail).rows).toHaveLength(2)
  })

  it('come to an end when ids repeat or go round', () => {
    const items = [
      span('x', now, { parentSpanId: 'x' }),
      span('y', now),
      span('y', now + 1),
      span('z', now, { parentSpanId: 'y' }),
    ]
    const names = spanSummary(detailOf(row, { spans: { items, dropped: 0 } })).rows.map((each) => each.name)
    expect(names).toEqual(['task crawl', 'y', 'z', 'y'])
  })
})
