import { describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../../core/model/identity.ts'
import type { LifecycleState } from '../../../../core/model/lifecycle.ts'
import { creditWindow, type FromHost } from '../../../../core/runner/host/link-messages.ts'
import { createOutbox } from '../../../../core/runner/host/outbox.ts'
import { createSharedState } from '../../../../core/runner/host/shared-state.ts'

function harness() {
  const posted: FromHost[] = []
  const gates: boolean[] = []
  let turn: (() => void)[] = []
  const shared = createSharedState()
  const outbox = createOutbox({
    post: (line) => void posted.push(JSON.parse(line) as FromHost),
    shared,
    clock: { now: () => 5 },
    afterTurn: (callback) => void turn.push(callback),
    onGate: (open) => void gates.push(open),
  })
  return {
    outbox,
    posted,
    gates,
    shared,
    endTurn() {
      const ended = turn
      turn = []
      for (const callback of ended) callback()
    },
  }
}

function entries(posted: readonly FromHost[]): number {
  return posted.reduce((sum, message) => sum + (message.type === 'batch' ? message.entries.length : 0), 0)
}

function transition(seq: number, to: LifecycleState): TaskEvent {
  return { v: 1, source: sourceId('m'), seq, at: 0, kind: 'task.state', id: nodeId('t'), from: 'pending', to }
}

describe('outbox of a host', () => {
  it('lets the few entries of a quiet turn leave at once', () => {
    const { outbox, posted } = harness()
    outbox.event(transition(1, 'failed'))
    outbox.fact({
      kind: 'task.late',
      id: nodeId('t'),
      what: 'result',
      value: { format: 'text', text: '', size: 0, truncated: false },
    })
    expect(posted.map((message) => message.type)).toEqual(['batch', 'batch'])
  })

  it('gathers a burst, and the end of the turn lets the rest leave', () => {
    const { outbox, posted, endTurn } = harness()
    for (let seq = 1; seq <= 1000; seq++) outbox.event(transition(seq, 'failed'))
    expect(posted.length).toBeLessThan(50)
    endTurn()
    expect(entries(posted)).toBe(1000)
  })

  it('never keeps back that a task begins to run, for its code may block the thread', () => {
    const { outbox, posted } = harness()
    for (let seq = 1; seq <= 100; seq++) outbox.event(transition(seq, 'failed'))
    outbox.event(transition(101, 'running'))
    expect(entries(posted)).toBe(101)
  })

  it('keeps the order of entries and other messages', () => {
    const { outbox, posted, endTurn } = harness()
    for (let seq = 1; seq <= 40; seq++) outbox.event(transition(seq, 'failed'))
    outbox.send({ type: 'loaded', tasks: [] })
    outbox.event(transition(41, 'failed'))
    endTurn()
    const seqs = posted.flatMap<number | string>((message) =>
      message.type === 'batch'
        ? message.entries.map((entry) => ('event' in entry ? entry.event.seq : 0))
        : [message.type],
    )
    expect(seqs).toEqual([...Array.from({ length: 40 }, (_, index) => index + 1), 'loaded', 41])
  })

  it('closes the gate while the owner is too far behind, and opens it when it has caught up', () => {
    const { outbox, shared, gates } = harness()
    const opened: number[] = []
    const dispose = outbox.gate.onOpen(() => void opened.push(1))
    for (let seq = 1; seq < creditWindow; seq++) outbox.event(transition(seq, 'failed'))
    expect(outbox.gate.open()).toBe(true)
    outbox.event(transition(creditWindow, 'failed'))
    expect(outbox.gate.open()).toBe(false)
    expect(shared.creditWanted()).toBe(true)
    outbox.credit()
    expect(opened).toEqual([])
    shared.setAcknowledged(10)
    outbox.credit()
    expect(opened).toEqual([1])
    expect(shared.creditWanted()).toBe(false)
    expect(gates).toEqual([false, true])
    dispose()
    outbox.credit()
    expect(opened).toEqual([1])
  })

  it('drops what comes after the last message', () => {
    const { outbox, posted, endTurn } = harness()
    outbox.end({ type: 'ending', how: 'exit', code: 3 })
    outbox.event(transition(1, 'completed'))
    outbox.send({ type: 'loaded', tasks: [] })
    endTurn()
    expect(posted).toEqual([{ type: 'ending', how: 'exit', code: 3 }])
  })
})

describe('shared state of a host', () => {
  it('knows the difference also after the count has wrapped', () => {
    const shared = createSharedState()
    shared.setAcknowledged(2 ** 32 - 5)
    expect(shared.unacknowledged(2 ** 32 + 10)).toBe(15)
    shared.setAcknowledged(2 ** 32 + 10)
    expect(shared.unacknowledged(2 ** 32 + 10)).toBe(0)
  })
})
