import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ShelfLimits, TraceShelf } from '../../../../core/telemetry/receive/trace-shelf.ts'
import { span as plainSpan } from '../../../support/span-sample.ts'

const roomy: ShelfLimits = {
  traceItems: 100,
  traceBytes: 1e9,
  knownItems: 1000,
  waitingItems: 100,
  waitingBytes: 1e9,
  waitingMs: 1000,
}

const span = (traceId: string, spanId: string) => plainSpan(spanId, { traceId })

function handedOn(shelf: TraceShelf): readonly string[] {
  return shelf.take().flatMap(({ spans }) => spans.map(({ spanId }) => spanId))
}

describe('spans that come before their task', () => {
  it('wait for it, and are handed on once it is there', () => {
    const shelf = new TraceShelf(roomy)
    shelf.addSpan(span('t1', 'a'), 0)
    shelf.addSpan(span('t2', 'b'), 0)
    expect(handedOn(shelf)).toEqual([])
    expect(shelf.waiting).toBe(2)
    shelf.know('t1')
    expect(handedOn(shelf)).toEqual(['a'])
    shelf.addSpan(span('t1', 'c'), 0)
    expect(handedOn(shelf)).toEqual(['c'])
    expect(handedOn(shelf)).toEqual([])
    expect({ waiting: shelf.waiting, matched: shelf.matched, lost: shelf.lost }).toEqual({
      waiting: 1,
      matched: 2,
      lost: {},
    })
  })

  it('are let go of when no task comes in time, and counted', () => {
    const shelf = new TraceShelf(roomy)
    shelf.addSpan(span('t1', 'a'), 0)
    shelf.addSpan(span('t2', 'b'), 500)
    shelf.expire(999)
    expect(shelf.waiting).toBe(2)
    shelf.expire(1000)
    expect(shelf).toMatchObject({ waiting: 1, lost: { unmatched: 1 } })
    shelf.know('t1')
    expect(handedOn(shelf)).toEqual([])
  })

  it('make room for newer ones when too many wait', () => {
    const shelf = new TraceShelf({ ...roomy, waitingItems: 3 })
    for (const [trace, id] of [
      ['t1', 'a'],
      ['t1', 'b'],
      ['t2', 'c'],
      ['t3', 'd'],
    ] as const) {
      shelf.addSpan(span(trace, id), 0)
    }
    expect(shelf).toMatchObject({ waiting: 2, lost: { crowded: 2 } })
    for (const trace of ['t1', 't2', 't3']) shelf.know(trace)
    expect(handedOn(shelf)).toEqual(['c', 'd'])
  })
})

it('keeps a span that is sent again only once, before and after its task is there', () => {
  const shelf = new TraceShelf(roomy)
  expect(shelf.addSpan(span('t1', 'a'), 0)).toBe(true)
  expect(shelf.addSpan(span('t1', 'a'), 0)).toBe(true)
  shelf.know('t1')
  shelf.addSpan(span('t1', 'a'), 0)
  expect(handedOn(shelf)).toEqual(['a'])
  expect(shelf.repeated).toBe(2)
})

it('takes no more than so much of one trace, and tells of the rest with it', () => {
  const shelf = new TraceShelf({ ...roomy, traceItems: 2 })
  shelf.know('t1')
  expect(['a', 'b', 'c', 'd'].map((id) => shelf.addSpan(span('t1', id), 0))).toEqual([true, true, false, false])
  expect(shelf.take()).toMatchObject([{ traceId: 't1', lost: 2 }])
  const narrow = new TraceShelf({ ...roomy, traceBytes: 10 })
  expect(narrow.addSpan(span('t1', 'a'), 0)).toBe(false)
  expect(narrow.lost).toEqual({ full: 1 })
})

it('a trace whose last task is gone waits like any other', () => {
  const shelf = new TraceShelf(roomy)
  shelf.know('t1')
  shelf.forget('t1')
  shelf.addSpan(span('t1', 'a'), 0)
  expect(handedOn(shelf)).toEqual([])
  expect(shelf.waiting).toBe(1)
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), trace: fc.nat(5), span: fc.nat(12) }) },
  fc.record({ do: fc.constant('know' as const), trace: fc.nat(5) }),
  fc.record({ do: fc.constant('forget' as const), trace: fc.nat(5) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.nat(700) }),
)

it('whatever comes in whatever order: everything is handed on once, waits, is a repetition or is lost, and no limit is passed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limits = { ...roomy, traceItems: 5, waitingItems: 8, knownItems: 12 }
      const shelf = new TraceShelf(limits)
      let now = 0
      let came = 0
      let handed = 0
      for (const each of steps) {
        if (each.do === 'add') {
          came += 1
          shelf.addSpan(span(`t${each.trace}`, `s${each.span}`), now)
        } else if (each.do === 'know') shelf.know(`t${each.trace}`)
        else if (each.do === 'forget') shelf.forget(`t${each.trace}`)
        else {
          now += each.ms
          shelf.expire(now)
        }
        handed += handedOn(shelf).length
        const lost = Object.values(shelf.lost).reduce((sum, count) => sum + count, 0)
        expect(handed).toBe(shelf.matched)
        expect(shelf.waiting).toBeLessThanOrEqual(limits.waitingItems)
        expect(handed + shelf.waiting + shelf.repeated + lost).toBe(came)
      }
    }),
  )
})
