/** However rows come, change and go: what is kept of their times is what a look at all rows would give. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { createTaskTimes, type TaskTimes } from '../../../renderer/timeline/task-times.ts'
import { taskRow } from '../preview/sample-rows.ts'
import { host } from '../row-samples.ts'

const now = 1_000_000

function seenIn(times: TaskTimes) {
  const plain = ({ key, from, end, failed, suspendedAt }: ReturnType<TaskTimes['ended']>[number]) => ({
    key,
    from,
    end,
    failed,
    suspendedAt,
  })
  return {
    live: [...times.live()].map(plain).sort((a, b) => a.key.localeCompare(b.key)),
    ended: times
      .ended()
      .map(plain)
      .sort((a, b) => (a.end ?? 0) - (b.end ?? 0) || a.key.localeCompare(b.key)),
    first: times.first(),
    goesOn: times.goesOn(),
  }
}

const id = fc.integer({ min: 0, max: 9 })
const change = fc.oneof(
  fc.record({ kind: fc.constant('live' as const), id, at: fc.nat(1000), suspended: fc.boolean() }),
  fc.record({ kind: fc.constant('ended' as const), id, at: fc.nat(1000), took: fc.nat(1000), failed: fc.boolean() }),
  fc.record({ kind: fc.constant('removed' as const), id }),
  fc.record({ kind: fc.constant('host' as const), up: fc.boolean() }),
  fc.record({ kind: fc.constant('look' as const) }),
)
type Change = typeof change extends fc.Arbitrary<infer Each> ? Each : never

describe('the times of tasks', () => {
  it('are those of all rows, after any changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const rows = new Map<NodeKey, Row>()
        const times = createTaskTimes(() => rows)
        seenIn(times)
        for (const each of changes) {
          if (each.kind === 'look') {
            seenIn(times)
            continue
          }
          if (each.kind === 'removed') {
            const { key } = taskRow(now, 0, { id: `t${each.id}`, of: 'demo', name: 't' })
            rows.delete(key)
            times.apply({ changed: [], removed: [key], structural: true, reset: false })
            continue
          }
          const row = rowOf(each)
          rows.set(row.key, row)
          times.apply({ changed: [row.key], removed: [], structural: true, reset: false })
        }
        expect(seenIn(times)).toEqual(seenIn(createTaskTimes(() => rows)))
      }),
    )
  })

  it('give those that ended in order of their ends, also when they were told late', () => {
    const rows = new Map<NodeKey, Row>()
    const times = createTaskTimes(() => rows)
    for (const [name, end] of [
      ['a', 50],
      ['b', 90],
      ['c', 70],
    ] as const) {
      const row = taskRow(now, 0, { id: name, of: 'demo', name, state: 'completed', createdAt: 1, endedAt: end })
      rows.set(row.key, row)
      times.apply({ changed: [row.key], removed: [], structural: true, reset: false })
    }
    expect(times.ended().map(({ end }) => end)).toEqual([50, 70, 90])
  })
})

function rowOf(each: Exclude<Change, { kind: 'look' | 'removed' }>): Row {
  if (each.kind === 'host') return host('demo', { status: each.up ? 'open' : 'closed' })
  const told = { id: `t${each.id}`, of: 'demo', name: 't', createdAt: each.at }
  if (each.kind === 'live') {
    return taskRow(now, each.id, { ...told, stateAt: each.at, state: each.suspended ? 'suspended' : 'running' })
  }
  const end = each.at + each.took
  return taskRow(now, each.id, {
    ...told,
    stateAt: end,
    endedAt: end,
    ...(each.failed ? { state: 'failed' as const, failure: 'error' as const } : { state: 'completed' as const }),
  })
}
