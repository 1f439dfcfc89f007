import { describe, expect, it } from 'vitest'
import { eventVersion, type TaskEvent } from '../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'

const source = sourceId('s')

function createScene() {
  const events: TaskEvent[] = []
  return { events, emit: createEmit(source, { now: () => 5 }, (event) => events.push(event)) }
}

describe('emitter', () => {
  it('numbers and dates facts, and leaves what it was given as it was', () => {
    const { events, emit } = createScene()
    const body = Object.freeze({ kind: 'task.polled', id: nodeId('a'), polls: 1 } as const)
    emit(body)
    emit(body, 7)
    expect(events).toStrictEqual([
      { v: 1, source: 's', seq: 1, at: 5, ...body },
      { v: 1, source: 's', seq: 2, at: 7, ...body },
    ])
  })

  it('stamps a blank where it is', () => {
    const { events, emit } = createScene()
    const blank = { v: eventVersion, source, seq: 0, at: 1, kind: 'task.polled', id: nodeId('a'), polls: 1 } as const
    emit(blank, 3)
    expect(events[0]).toBe(blank)
    expect(blank).toMatchObject({ seq: 1, at: 3 })
  })
})
