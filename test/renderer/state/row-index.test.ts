import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import { isTerminal, lifecycleStates } from '../../../core/model/lifecycle.ts'
import { isTaskRow, type Row } from '../../../core/model/row.ts'
import { faceOf, stateFaces } from '../../../renderer/icons/state-face.ts'
import { createRowIndex, type IndexedNode } from '../../../renderer/state/row-index.ts'
import { child, host, keyOf, task } from '../row-samples.ts'

/** Counted the slow way. */
function recount(rows: ReadonlyMap<NodeKey, Row>) {
  const counts = Object.fromEntries(stateFaces.map((face) => [face, 0]))
  for (const row of rows.values()) {
    if (row.node === 'task' && isTaskRow(row)) {
      const face = faceOf(row.state, row.failure)
      counts[face] = (counts[face] ?? 0) + 1
    }
  }
  return counts
}

const step = fc.record({
  id: fc.nat({ max: 8 }),
  parent: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
  state: fc.constantFrom(...lifecycleStates),
  remove: fc.boolean(),
})

describe('the index of rows', () => {
  it('agrees with a recount after any changes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 }), (frames) => {
        const rows = new Map<NodeKey, Row>()
        const index = createRowIndex()
        for (const frame of frames) {
          const changed = new Set<NodeKey>()
          const removed = new Set<NodeKey>()
          for (const { id, parent, state, remove } of frame) {
            const key = keyOf(`t${id}`)
            if (remove) {
              if (rows.delete(key)) removed.add(key)
              changed.delete(key)
              continue
            }
            const ord = rows.get(key)?.ord ?? task('any').ord
            rows.set(
              key,
              task(`t${id}`, { state, ord, ...(parent === undefined ? {} : { parent: keyOf(`t${parent}`) }) }),
            )
            changed.add(key)
            removed.delete(key)
          }
          index.apply(rows, [...changed], [...removed])
        }
        expect(index.counts()).toEqual(recount(rows))
        expect(index.total()).toBe(rows.size)
        for (const key of rows.keys()) {
          const below = [...rows.values()].filter(
            (row) => row.parent === key && isTaskRow(row) && !isTerminal(row.state),
          )
          expect(index.liveChildren(key)).toBe(below.length)
        }
        const bySize = [...rows.values()].sort((a, b) => a.ord - b.ord)
        const roots = bySize.filter((row) => row.parent === undefined || !rows.has(row.parent))
        expect(index.roots().map(({ key }) => key)).toEqual(roots.map(({ key }) => key))
        const reached = new Set<IndexedNode>(index.roots())
        for (const node of reached) {
          const expected = bySize.filter((row) => row.parent === node.key).map(({ key }) => key)
          expect(node.children.map(({ key }) => key)).toEqual(expected)
          for (const child of node.children) reached.add(child)
        }
      }),
    )
  })

  it('counts tasks per source and leaves out plain calls', () => {
    const rows = new Map<NodeKey, Row>()
    for (const row of [host('host'), child('a', 'host'), child('echo', 'host', { node: 'call' })])
      rows.set(row.key, row)
    const index = createRowIndex()
    index.reset(rows)
    expect(index.total()).toBe(1)
    expect(index.owners()).toEqual([keyOf('host')])
  })
})
