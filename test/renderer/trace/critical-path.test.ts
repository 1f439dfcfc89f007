import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { criticalPath, pathWaits } from '../../../renderer/trace/critical-path.ts'
import { spanTree } from '../../../renderer/trace/span-tree.ts'
import { codeSpan, ids, start, stay, task, traceOf } from './span-samples.ts'

function read(trace: Parameters<typeof spanTree>[0], now: number): readonly string[] {
  const { nodes } = spanTree(trace)
  return criticalPath(nodes, start + now).map(({ place, from, to }) => {
    const name = place === undefined ? 'nothing' : nodes[place]?.name
    return `${name} ${from - start}-${to - start}`
  })
}

describe('the critical path', () => {
  it('goes from a task through the child that ended last, and names the state of what remains', () => {
    const crawl = task(1, { id: 'c', name: 'crawl', trace: ids('c1'), at: 0 }, [
      stay('pending', 0, 100),
      stay('running', 100),
    ])
    const fetch = task(2, { id: 'f', name: 'fetch', under: 'c', trace: ids('f1', 'c1'), at: 1000, till: 5000 })
    const overlapped = task(3, { id: 'g', name: 'other', under: 'c', trace: ids('g1', 'c1'), at: 1000, till: 4000 })
    const index = task(
      4,
      { id: 'i', name: 'index', under: 'c', trace: ids('i1', 'c1'), at: 6000, state: 'suspended' },
      [stay('running', 6000, 9000), stay('suspended', 9000, undefined, { by: { kind: 'person' } })],
    )
    const trace = traceOf([crawl, fetch, overlapped, index])
    expect(read(trace, 12_000)).toEqual([
      'task.pending 0-100',
      'task.running 100-1000',
      'task fetch 1000-5000',
      'task.running 5000-6000',
      'task.running 6000-9000',
      'task.suspended 9000-12000',
    ])
    const { nodes } = spanTree(trace)
    expect(pathWaits(criticalPath(nodes, start + 12_000), nodes)).toMatchObject({
      total: 12_000,
      yours: 3000,
      pending: 100,
    })
  })

  it('says where nothing was recorded', () => {
    const items = [codeSpan('a', 0, 10), codeSpan('b', 30, 40)]
    expect(read(traceOf([], { loose: { items, dropped: 0 } }), 100)).toEqual(['a 0-10', 'nothing 10-30', 'b 30-40'])
  })

  it('is empty for an empty trace, and deep nesting does not end it', () => {
    expect(read(traceOf([]), 0)).toEqual([])
    const items = Array.from({ length: 20_000 }, (_, n) =>
      codeSpan(`s${n}`, 0, 10, n === 0 ? {} : { parentSpanId: `s${n - 1}` }),
    )
    expect(read(traceOf([], { loose: { items, dropped: 0 } }), 10)).toEqual(['s19999 0-10'])
  })

  it('covers all of the time once, always with a span that was open then and no child on the path above it', () => {
    const span = fc.record({ under: fc.nat(30), from: fc.nat(200), long: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 30 }), (spans) => {
        const items = spans.map(({ under, from, long }, n) =>
          codeSpan(`s${n}`, from, from + long, under < n ? { parentSpanId: `s${under}` } : {}),
        )
        const { nodes } = spanTree(traceOf([], { loose: { items, dropped: 0 } }))
        const path = criticalPath(nodes, start + 400)
        const roots = nodes.filter((node) => node.parent < 0)
        let cursor = Math.min(...roots.map((node) => node.from))
        const end = Math.max(...roots.map((node) => node.to ?? 0))
        for (const part of path) {
          expect(part.from).toBe(cursor)
          expect(part.to).toBeGreaterThan(part.from)
          cursor = part.to
          const node = part.place === undefined ? undefined : nodes[part.place]
          if (node !== undefined) {
            expect(node.from).toBeLessThanOrEqual(part.from)
            expect(node.to ?? 0).toBeGreaterThanOrEqual(part.to)
          } else {
            const alive = roots.some((root) => root.from <= part.from && (root.to ?? 0) === part.to)
            expect(alive).toBe(false)
          }
        }
        if (end > Math.min(...roots.map((node) => node.from))) expect(cursor).toBe(end)
        else expect(path).toEqual([])
      }),
    )
  })
})
