import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { createRowIndex } from '../../../renderer/state/row-index.ts'
import { type FlattenOptions, flatten, placeIn } from '../../../renderer/tree/flatten.ts'
import { child, host, keyOf, task } from '../row-samples.ts'

function arrange(list: readonly Row[], options: Partial<FlattenOptions> = {}) {
  const rows = new Map<NodeKey, Row>(list.map((row) => [row.key, row]))
  const index = createRowIndex()
  index.reset(rows)
  return flatten({
    rows,
    roots: index.roots(),
    total: index.total(),
    arrangement: 'tree',
    toggled: new Set(),
    allCollapsed: false,
    ...options,
  })
}

function shape(order: ReturnType<typeof flatten>): readonly string[] {
  return order.rows.map(({ key, level, expanded }) => {
    const mark = expanded === undefined ? '' : expanded ? '-' : '+'
    return `${'  '.repeat(level - 1)}${mark}${key.replace('demo/', '')}`
  })
}

const family = [task('crawl'), child('index', 'crawl'), child('embed', 'index'), child('fetch', 'crawl'), task('other')]

describe('the order of rows as a tree', () => {
  it('puts children under their parent in order of appearance', () => {
    expect(shape(arrange(family))).toEqual(['-crawl', '  -index', '    embed', '  fetch', 'other'])
  })

  it('says level, place and size of set as a screen reader needs them', () => {
    const { rows } = arrange(family)
    expect(rows.map(({ level, posInSet, setSize }) => [level, posInSet, setSize])).toEqual([
      [1, 1, 2],
      [2, 1, 2],
      [3, 1, 1],
      [2, 2, 2],
      [1, 2, 2],
    ])
  })

  it('hides what is below a closed row', () => {
    expect(shape(arrange(family, { toggled: new Set([keyOf('crawl')]) }))).toEqual(['+crawl', 'other'])
  })

  it('opens single rows again after all were collapsed', () => {
    const toggled = new Set([keyOf('crawl')])
    expect(shape(arrange(family, { allCollapsed: true, toggled }))).toEqual(['-crawl', '  +index', '  fetch', 'other'])
  })

  it('lets the children of a host stand in its place', () => {
    const rows = [host('host'), child('a', 'host'), host('second'), child('b', 'second')]
    expect(shape(arrange(rows))).toEqual(['a', 'b'])
  })

  it('shows a supervisor with its children', () => {
    const rows = [host('host'), host('root', { node: 'supervisor', parent: keyOf('host') }), child('a', 'root')]
    expect(shape(arrange(rows))).toEqual(['-root', '  a'])
  })

  it('folds plain calls into one closed line that opens', () => {
    const rows = [
      host('host'),
      child('echo', 'host', { node: 'call' }),
      child('sum', 'host', { node: 'call' }),
      child('real', 'host'),
    ]
    const folded = arrange(rows)
    expect(shape(folded)).toEqual(['+calls:demo:', 'real'])
    expect(folded.rows[0]?.calls).toBe(2)
    const opened = arrange(rows, { toggled: new Set(['calls:demo:']) })
    expect(shape(opened)).toEqual(['-calls:demo:', '  echo', '  sum', 'real'])
  })

  it('keeps a task whose parent has not arrived, at the top', () => {
    expect(shape(arrange([task('a'), child('stray', 'unknown')]))).toEqual(['a', 'stray'])
  })

  it('bears a chain of tasks deeper than the call stack', () => {
    const chain: Row[] = [task('t0')]
    for (let depth = 1; depth < 20_000; depth += 1) chain.push(child(`t${depth}`, `t${depth - 1}`))
    const { rows } = arrange(chain)
    expect(rows.at(-1)?.level).toBe(20_000)
  })
})

describe('a filtered tree', () => {
  it('keeps the ancestors of what passes, opens them, and counts only what passes', () => {
    const order = arrange(family, {
      passes: (row) => row.name === 'embed',
      toggled: new Set([keyOf('crawl')]),
    })
    expect(shape(order)).toEqual(['-crawl', '  -index', '    embed'])
    expect(order.matches).toBe(1)
  })

  it('is empty when nothing passes', () => {
    const order = arrange(family, { passes: () => false })
    expect(order.rows).toEqual([])
    expect(order.matches).toBe(0)
  })
})

describe('the order of rows as a list', () => {
  it('leaves out nodes and plain calls, and has one level', () => {
    const rows = [host('host'), child('echo', 'host', { node: 'call' }), ...family]
    const order = arrange(rows, { arrangement: 'flat' })
    expect(shape(order)).toEqual(['crawl', 'index', 'embed', 'fetch', 'other'])
  })

  it('sorts by what is asked', () => {
    const order = arrange(family, {
      arrangement: 'flat',
      compare: (a, b) => b.name.localeCompare(a.name),
    })
    expect(shape(order)).toEqual(['other', 'index', 'fetch', 'embed', 'crawl'])
  })
})

/** A forest: each task hangs under an earlier one or stands alone. */
const forest = fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 }).map((seeds) =>
  seeds.map(([seed, alone, closed], place) => ({
    row: alone || place === 0 ? task(`t${place}`) : child(`t${place}`, `t${seed % place}`),
    closed,
  })),
)

describe('any forest', () => {
  it('shows each row once, under its own parent, unless something above it is closed', () => {
    fc.assert(
      fc.property(forest, (trees) => {
        const closed = new Set(trees.filter((tree) => tree.closed).map(({ row }) => row.key))
        const rows = new Map<NodeKey, Row>(trees.map(({ row }) => [row.key, row]))
        const order = arrange([...rows.values()], { toggled: closed })
        const hidden = (row: Row): boolean => {
          const parent = row.parent === undefined ? undefined : rows.get(row.parent)
          return parent !== undefined && (closed.has(parent.key) || hidden(parent))
        }
        const expected = [...rows.values()].filter((row) => !hidden(row)).map((row) => row.key)
        expect(order.rows.map(({ key }) => key).toSorted()).toEqual(expected.toSorted())
        for (const [place, flat] of order.rows.entries()) {
          expect(placeIn(order, flat.key)).toBe(place)
          const parent = rows.get(flat.key as NodeKey)?.parent
          const above = order.rows.slice(0, place).findLast(({ level }) => level < flat.level)
          expect(above?.key).toBe(parent)
          expect(flat.level).toBe((above?.level ?? 0) + 1)
        }
      }),
    )
  })

  it('numbers every set of siblings from one to its size', () => {
    fc.assert(
      fc.property(forest, (trees) => {
        const order = arrange(trees.map(({ row }) => row))
        const sets = new Map<string, number[]>()
        for (const flat of order.rows) {
          const parent = trees.find(({ row }) => row.key === flat.key)?.row.parent ?? 'top'
          sets.set(parent, [...(sets.get(parent) ?? []), flat.posInSet])
          expect(flat.setSize).toBeGreaterThanOrEqual(flat.posInSet)
        }
        for (const places of sets.values()) expect(places).toEqual(places.map((_place, index) => index + 1))
      }),
    )
  })
})
