import { describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../../core/model/event.ts'
import { createRegistry } from '../../../core/registry/registry.ts'
import { created, keyOf, source, transition } from './scene.ts'

function event(seq: number, body = created('a')): TaskEvent {
  return { v: 1, source, seq, at: 1000, ...body }
}

describe('an event that a registry applies', () => {
  it('is the registry’s from then on, with its place in it', () => {
    const registry = createRegistry()
    const told = event(1)
    expect(registry.apply(told)).toBe(told)
    expect(told).toHaveProperty('ord', 1)
    expect(registry.detail(keyOf('a'))?.events.items[0]).toBe(told)
  })

  it('is copied when it has a place in another registry, so that both keep their own', () => {
    const [one, other] = [createRegistry(), createRegistry()]
    const running: TaskEvent = { v: 1, source, seq: 2, at: 1001, ...transition('a', 'pending', 'running') }
    other.apply(event(1, created('b')))
    for (const told of [event(1), running]) other.apply(one.apply(told))
    const placesIn = (registry: typeof one) => registry.detail(keyOf('a'))?.events.items.map(({ ord }) => ord)
    expect(placesIn(one)).toEqual([1, 2])
    expect(placesIn(other)).toEqual([2, 3])
  })

  it('plays as often as it is applied, as a recording does', () => {
    const recording = [event(1)].map((told) => createRegistry().apply(told))
    const rows = [1, 2].map(() => {
      const registry = createRegistry()
      for (const told of recording) registry.apply(told)
      return registry.row(keyOf('a'))
    })
    expect(rows[0]).toBeDefined()
    expect(rows[1]).toEqual(rows[0])
  })

  it('may be frozen', () => {
    const registry = createRegistry()
    expect(registry.apply(Object.freeze(event(1)))).toMatchObject({ ord: 1 })
    expect(registry.apply(Object.freeze({ ...event(2), ord: 9 }))).toMatchObject({ ord: 2 })
    expect(registry.row(keyOf('a'))).toMatchObject({ state: 'pending' })
  })
})
