import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeness, spanTree } from '../../../renderer/trace/span-tree.ts'
import { foundSpans, spanAt, visibleSpans } from '../../../renderer/trace/visible-spans.ts'
import { codeSpan, ids, start, stay, task, traceOf } from './span-samples.ts'

function outline(trace: Parameters<typeof spanTree>[0]): readonly string[] {
  return spanTree(trace).nodes.map(({ depth, name }) => `${depth} ${name}`)
}

const crawl = task(1, { id: 'c', name: 'crawl', trace: ids('c1'), at: 0 }, [
  stay('pending', 0, 100),
  stay('running', 100),
])
const index = task(
  2,
  { id: 'i', name: 'index', label: 'batch', under: 'c', trace: ids('i1', 'c1'), at: 6000, state: 'suspended' },
  [
    stay('running', 6000, 9000),
    stay('suspended', 9000, undefined, { why: { text: 'by you' }, by: { kind: 'person' } }),
  ],
  [codeSpan('h2', 6200, 6400, { parentSpanId: 'h1' }), codeSpan('h1', 6100, 6500, { parentSpanId: 'i1' })],
)

describe('the spans of a trace', () => {
  it('stand under the span that they name as their parent, in order of time', () => {
    expect(outline(traceOf([index, crawl]))).toEqual([
      '0 task crawl',
      '1 task.pending',
      '1 task.running',
      '1 task index',
      '2 task.running',
      '2 h1',
      '3 h2',
      '2 task.suspended',
    ])
  })

  it('count what is open, what failed and what is missing', () => {
    const lost = codeSpan('x', 10, 20, { parentSpanId: 'nowhere', status: { code: 'error' } })
    const tree = spanTree(traceOf([crawl, index], { loose: { items: [lost], dropped: 2 }, forgotten: 1 }))
    expect(tree).toMatchObject({ open: 4, errors: 1, dropped: 2, missing: 4, from: start, to: start + 9000 })
    expect(completeness(tree)).toBe('open')
  })

  it('are complete once everything has ended and nothing is missing, else partial', () => {
    const over = task(1, { id: 'a', name: 'a', trace: ids('a1'), at: 0, till: 50 })
    expect(completeness(spanTree(traceOf([over])))).toBe('complete')
    expect(completeness(spanTree(traceOf([over], { left: 3 })))).toBe('partial')
    const remote = task(1, { id: 'a', name: 'a', trace: ids('a1', 'theirs'), at: 0, till: 50 })
    expect(spanTree(traceOf([remote])).missing).toBe(1)
  })

  it('carry the ids under which they are exported', () => {
    const [, , running] = spanTree(traceOf([crawl])).nodes
    expect(running?.spanId).toMatch(/^[0-9a-f]{16}$/)
  })

  it('hide what is collapsed and states that are not wanted', () => {
    const { nodes } = spanTree(traceOf([crawl, index]))
    const names = (places: readonly number[]) => places.map((place) => nodes[place]?.name)
    expect(names(visibleSpans(nodes, new Set(), false))).toEqual(['task crawl', 'task index', 'h1', 'h2'])
    expect(names(visibleSpans(nodes, new Set([index.row.key]), false))).toEqual(['task crawl', 'task index'])
  })

  it('are found by name, label, id and attribute', () => {
    const { nodes } = spanTree(traceOf([crawl, index]))
    expect(foundSpans(nodes, ' ')).toBeUndefined()
    expect(foundSpans(nodes, 'BATCH')).toEqual([3])
    expect(foundSpans(nodes, 'h2')).toEqual([6])
  })

  it('tell which of them a task was in at a time', () => {
    const { nodes } = spanTree(traceOf([crawl, index]))
    const at = (ms: number) => nodes[spanAt(nodes, index.row.key, start + ms) ?? -1]?.name
    expect(at(6300)).toBe('h2')
    expect(at(9500)).toBe('task.suspended')
    expect(nodes[spanAt(nodes, index.row.key, undefined) ?? -1]?.name).toBe('task index')
  })

  it('are each shown exactly once, however ids repeat or go round', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    const span = fc.record({ id, parent: fc.option(id, { nil: undefined }), from: fc.nat(100), long: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
        const items = spans.map(({ id: own, parent, from, long }) =>
          codeSpan(own, from, from + long, parent === undefined ? {} : { parentSpanId: parent }),
        )
        const { nodes } = spanTree(traceOf([], { loose: { items, dropped: 0 } }))
        expect(nodes.map((node) => node.kind === 'code' && node.span).toSorted()).toHaveLength(items.length)
        expect(new Set(nodes.map((node) => node.id)).size).toBe(items.length)
        nodes.forEach((node, place) => {
          expect(node.parent).toBeLessThan(place)
          expect(node.after).toBeGreaterThan(place)
          const above = nodes[node.parent]
          if (above !== undefined) expect(above.after).toBeGreaterThanOrEqual(node.after)
        })
      }),
    )
  })
})
