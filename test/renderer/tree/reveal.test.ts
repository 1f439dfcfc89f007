import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { closedAbove } from '../../../renderer/tree/reveal.ts'
import { child, host, keyOf, task } from '../row-samples.ts'

const list = [
  host('host'),
  child('a', 'host'),
  child('b', 'a'),
  child('c', 'b'),
  child('echo', 'host', { node: 'call' }),
]
const rows = new Map<NodeKey, Row>(list.map((row) => [row.key, row]))

describe('what hides a row', () => {
  it('is nothing when everything above it is open', () => {
    expect(closedAbove(keyOf('c'), { rows, toggled: new Set(), allCollapsed: false })).toEqual([])
  })

  it('is every closed row above it', () => {
    const toggled = new Set([keyOf('a'), keyOf('c')])
    expect(closedAbove(keyOf('c'), { rows, toggled, allCollapsed: false })).toEqual([keyOf('a')])
  })

  it('is all that was not opened again after everything was collapsed', () => {
    const toggled = new Set([keyOf('b')])
    expect(closedAbove(keyOf('c'), { rows, toggled, allCollapsed: true })).toEqual([keyOf('a')])
  })

  it('is the line of folded calls for a plain call', () => {
    expect(closedAbove(keyOf('echo'), { rows, toggled: new Set(), allCollapsed: false })).toEqual(['calls:demo:'])
    expect(closedAbove(keyOf('echo'), { rows, toggled: new Set(['calls:demo:']), allCollapsed: false })).toEqual([])
  })

  it('is nothing for a row that is not known', () => {
    expect(closedAbove(task('x').key, { rows, toggled: new Set(), allCollapsed: true })).toEqual([])
  })
})
