import { describe, expect, it } from 'vitest'
import { sourceId } from '../../../core/model/identity.ts'
import { columnsFor } from '../../../renderer/tree/columns.ts'
import { makeFilter } from '../../../renderer/tree/filter.ts'
import { compareBy } from '../../../renderer/tree/sort.ts'
import { host, task } from '../row-samples.ts'

const plain = { query: '', faces: new Set<never>(), source: undefined, sourceName: () => 'demo host' }

describe('the filter', () => {
  it('is none at all when nothing is asked', () => {
    expect(makeFilter({ ...plain, query: '  ' })).toBeUndefined()
  })

  it('needs every word somewhere in name, label, id or source, whatever the case', () => {
    const passes = makeFilter({ ...plain, query: 'FETCH guide' })
    expect(passes?.(task('fetch', { label: '/guide/intro' }))).toBe(true)
    expect(passes?.(task('fetch', { label: '/blog' }))).toBe(false)
    expect(makeFilter({ ...plain, query: 'host' })?.(task('a'))).toBe(true)
  })

  it('tells killed and lost from other failures', () => {
    const passes = makeFilter({ ...plain, faces: new Set(['killed'] as const) })
    expect(passes?.(task('a', { state: 'failed', failure: 'killed' }))).toBe(true)
    expect(passes?.(task('a', { state: 'failed', failure: 'error' }))).toBe(false)
    expect(passes?.(host('root', { node: 'supervisor' }))).toBe(false)
  })

  it('keeps to one source', () => {
    const passes = makeFilter({ ...plain, source: sourceId('other') })
    expect(passes?.(task('a'))).toBe(false)
    expect(passes?.(task('a', { source: sourceId('other') }))).toBe(true)
  })
})

describe('sorting', () => {
  const names = (column: Parameters<typeof compareBy>[0]['column'], direction: 'ascending' | 'descending') => {
    const rows = [
      task('b', { startedAt: 5000, progress: { current: 1, total: 4 } }),
      task('a10', { startedAt: 1000 }),
      task('a9', { startedAt: 3000, progress: { current: 3, total: 4 } }),
    ]
    return rows.sort(compareBy({ column, direction }, 9000, () => 's')).map((row) => row.name)
  }

  it('orders names as people count', () => {
    expect(names('name', 'ascending')).toEqual(['a9', 'a10', 'b'])
    expect(names('name', 'descending')).toEqual(['b', 'a10', 'a9'])
  })

  it('orders by elapsed time', () => {
    expect(names('time', 'descending')).toEqual(['a10', 'a9', 'b'])
  })

  it('puts what has no progress last in both directions', () => {
    expect(names('progress', 'ascending')).toEqual(['b', 'a9', 'a10'])
    expect(names('progress', 'descending')).toEqual(['a9', 'b', 'a10'])
  })

  it('keeps the order of appearance among equals', () => {
    expect(names('source', 'descending')).toEqual(['b', 'a10', 'a9'])
  })
})

describe('columns', () => {
  const ids = (width: number) => columnsFor(width).map(({ id }) => id)

  it('all stand in the width they are drawn for', () => {
    expect(ids(832)).toEqual(['name', 'state', 'why', 'progress', 'time', 'source'])
  })

  it('give way in the order source, progress, why', () => {
    expect(ids(800)).toEqual(['name', 'state', 'why', 'progress', 'time'])
    expect(ids(700)).toEqual(['name', 'state', 'why', 'time'])
    expect(ids(428)).toEqual(['name', 'state', 'time'])
  })
})
