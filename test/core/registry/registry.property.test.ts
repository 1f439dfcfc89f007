import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../../core/model/event.ts'
import { isTerminal, type LifecycleState, lifecycleStates } from '../../../core/model/lifecycle.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import { createRegistry, type Registry } from '../../../core/registry/registry.ts'
import { arbitraryEvents } from './arbitrary-events.ts'

function played(events: readonly TaskEvent[], maxFinished = 50_000): Registry {
  const registry = createRegistry({ maxFinished })
  for (const event of events) registry.apply(event)
  return registry
}

function picture(registry: Registry): unknown {
  const rows = [...registry.rows()]
  return { rows, details: rows.map((row) => registry.detail(row.key)), counters: registry.counters() }
}

describe('registry: whatever sources say', () => {
  it('gives a task one end at most, and nothing of its lifecycle follows it', () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const registry = createRegistry()
        const ends = new Map<string, LifecycleState>()
        registry.observe({
          event(_, subject) {
            const row = subject?.row
            if (row === undefined || !isTaskRow(row)) return
            const end = ends.get(row.key)
            if (end !== undefined) expect(row.state).toBe(end)
            if (isTerminal(row.state)) {
              ends.set(row.key, row.state)
              expect(row).toMatchObject({ holds: [], questions: 0, endedAt: expect.any(Number) })
            } else expect(row.endedAt).toBeUndefined()
          },
        })
        for (const event of events) registry.apply(event)
      }),
    )
  })

  it('gives the same rows, details and counters when the same events are played again', () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const registry = createRegistry()
        const recorded: TaskEvent[] = []
        registry.observe({ event: (event) => recorded.push(event) })
        for (const event of events) registry.apply(event)
        expect(picture(played(events))).toEqual(picture(registry))
        expect(picture(played(recorded))).toEqual(picture(registry))
      }),
    )
  })

  it('counts what can be counted from its rows', () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.integer({ min: 1, max: 3 }), (events, maxFinished) => {
        const registry = played(events, maxFinished)
        const rows = [...registry.rows()]
        const states = Object.fromEntries(lifecycleStates.map((state) => [state, 0]))
        for (const row of rows) if (isTaskRow(row)) states[row.state] = (states[row.state] ?? 0) + 1
        expect(registry.counters().states).toEqual(states)
        expect(registry.size).toBe(rows.length)
        let lost = 0
        const last = new Map<string, number>()
        for (const { source, seq } of events) {
          lost += seq - (last.get(source) ?? 0) - 1
          last.set(source, seq)
        }
        expect(registry.counters().lost).toBe(lost)
      }),
    )
  })

  it('tells observers of every row that is another, so that a copy kept by them is right', () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.integer({ min: 1, max: 3 }), (events, maxFinished) => {
        const registry = createRegistry({ maxFinished })
        const copy = new Map<string, unknown>()
        registry.observe({
          changed: (key) => copy.set(key, registry.row(key)),
          removed: (key) => copy.delete(key),
        })
        events.forEach((event, index) => {
          registry.apply(event)
          if (index % 20 === 19) registry.clearFinished()
          if (index === 70) registry.removeSource(event.source)
        })
        expect([...copy.values()]).toHaveLength(registry.size)
        expect(new Set(copy.values())).toEqual(new Set(registry.rows()))
      }),
    )
  })

  it('pages through all rows, of one source and of one parent, in order and once each', () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.integer({ min: 1, max: 4 }), (events, limit) => {
        const registry = played(events, 2)
        const rows = [...registry.rows()]
        function pages(query: Omit<Parameters<Registry['list']>[0], 'limit'>): string[] {
          const keys: string[] = []
          for (let after: number | undefined = 0; after !== undefined; ) {
            const page: ReturnType<Registry['list']> = registry.list({ ...query, after, limit })
            expect(page.rows.length).toBeLessThanOrEqual(limit)
            keys.push(...page.rows.map((row) => row.key))
            after = page.next
          }
          return keys
        }
        expect(pages({})).toEqual(rows.map((row) => row.key))
        for (const row of rows) {
          expect(pages({ source: row.source })).toEqual(rows.filter((r) => r.source === row.source).map((r) => r.key))
          expect(pages({ parent: row.key })).toEqual(rows.filter((r) => r.parent === row.key).map((r) => r.key))
        }
      }),
    )
  })

  it('keeps every ancestor of a task that lives, however few ended ones may stay', () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const registry = played(events, 1)
        for (const row of registry.rows()) {
          if (row.parent !== undefined) expect(registry.row(row.parent)).toBeDefined()
        }
      }),
    )
  })
})
