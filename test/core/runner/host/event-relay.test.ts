import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../../core/model/identity.ts'
import { clockOffset, createEventRelay } from '../../../../core/runner/host/event-relay.ts'

const source = sourceId('own')

function sign(seq: number, at = 0): TaskEvent {
  return { v: 1, source: sourceId('forged'), seq, at, kind: 'task.sign', id: nodeId('t'), text: `${seq}` }
}

function harness() {
  const told: TaskEvent[] = []
  return { told, relay: createEventRelay(source, { now: () => 1000 }, (event) => void told.push(event)) }
}

describe('event relay', () => {
  it('numbers events of several lives and its own facts as one source without a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.boolean(), { maxLength: 20 }), { maxLength: 5 }), (lives) => {
        const { told, relay } = harness()
        for (const life of lives) {
          relay.newLife()
          let seq = 0
          for (const fromRunner of life) {
            if (fromRunner) relay.event(sign(++seq))
            else relay.emit({ kind: 'task.sign', id: nodeId('t'), text: 'own' })
          }
        }
        expect(told.map((event) => event.seq)).toEqual(told.map((_event, index) => index + 1))
        expect(told.every((event) => event.source === source)).toBe(true)
      }),
    )
  })

  it('keeps a gap of the runner as a gap of the same width', () => {
    const { told, relay } = harness()
    relay.event(sign(1))
    relay.event(sign(4))
    relay.emit({ kind: 'task.sign', id: nodeId('t'), text: 'own' })
    relay.event(sign(5))
    expect(told.map((event) => event.seq)).toEqual([1, 4, 5, 6])
  })

  it('drops an event whose number has been there', () => {
    const { told, relay } = harness()
    relay.event(sign(1))
    relay.event(sign(1))
    expect(told).toHaveLength(1)
  })

  it('moves times of a host to the clock of this process', () => {
    const { told, relay } = harness()
    relay.setClockOffset(250)
    relay.event(sign(1, 10))
    relay.fact({ kind: 'task.sign', id: nodeId('t'), text: 'fact' }, 20)
    relay.emit({ kind: 'task.sign', id: nodeId('t'), text: 'own' })
    expect(told.map((event) => event.at)).toEqual([260, 270, 1000])
  })
})

describe('clock offset', () => {
  it('is none when the travel time explains it', () => {
    expect(clockOffset(100, 103, 110)).toBe(0)
  })
  it('is the difference to the middle of the travel otherwise', () => {
    expect(clockOffset(100, 5105, 110)).toBe(-5000)
  })
})
