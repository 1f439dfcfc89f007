import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { createRowIndex } from '../../../renderer/state/row-index.ts'
import { flatten } from '../../../renderer/tree/flatten.ts'
import { treeMove } from '../../../renderer/tree/tree-keys.ts'
import { child, task } from '../row-samples.ts'

const list = [task('a'), child('b', 'a'), child('c', 'b'), task('d')]
const rows = new Map<NodeKey, Row>(list.map((row) => [row.key, row]))
const index = createRowIndex()
index.reset(rows)
const order = flatten({
  rows,
  roots: index.roots(),
  total: index.total(),
  arrangement: 'tree',
  toggled: new Set(),
  allCollapsed: false,
})

function press(key: string, place: number, held: { ctrlKey?: boolean; shiftKey?: boolean } = {}) {
  return treeMove({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }, order, place, 2)
}

describe('keys of the tree', () => {
  it('moves by one row and stops at both ends', () => {
    expect(press('ArrowDown', 0)).toEqual({ move: 'to', place: 1 })
    expect(press('ArrowUp', 0)).toEqual({ move: 'to', place: 0 })
    expect(press('ArrowDown', 3)).toEqual({ move: 'to', place: 3 })
  })

  it('knows the letters of vi, but not with a modifier', () => {
    expect(press('j', 1)).toEqual({ move: 'to', place: 2 })
    expect(press('k', 1)).toEqual({ move: 'to', place: 0 })
    expect(press('h', 0)).toEqual({ move: 'toggle', place: 0 })
    expect(press('j', 1, { ctrlKey: true })).toBeUndefined()
  })

  it('closes an open row with Left, and goes to the parent from a closed or single one', () => {
    expect(press('ArrowLeft', 1)).toEqual({ move: 'toggle', place: 1 })
    expect(press('ArrowLeft', 2)).toEqual({ move: 'to', place: 1 })
  })

  it('goes to the first child with Right, and into the cells of a row without any', () => {
    expect(press('ArrowRight', 0)).toEqual({ move: 'to', place: 1 })
    expect(press('ArrowRight', 2)).toEqual({ move: 'intoCells' })
  })

  it('goes a page at a time and to both ends', () => {
    expect(press('PageDown', 0)).toEqual({ move: 'to', place: 2 })
    expect(press('PageUp', 3)).toEqual({ move: 'to', place: 1 })
    expect(press('End', 0)).toEqual({ move: 'to', place: 3 })
    expect(press('Home', 3)).toEqual({ move: 'to', place: 0 })
    expect(press('End', 0, { ctrlKey: true })).toEqual({ move: 'to', place: 3 })
  })

  it('selects with Shift and Space, and leaves Space alone to the window', () => {
    expect(press(' ', 1, { shiftKey: true })).toEqual({ move: 'select' })
    expect(press(' ', 1)).toBeUndefined()
  })
})
