import { describe, expect, it } from 'vitest'
import type { TaskEvent, TaskEventBody } from '../../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../../core/model/identity.ts'
import type { Payload } from '../../../../core/model/payload.ts'
import { hostNodeId } from '../../../../core/runner/host/host-node.ts'
import { createTaskMemory } from '../../../../core/runner/host/task-memory.ts'

const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }

function stamped(body: TaskEventBody): TaskEvent {
  return { v: 1, source: sourceId('m'), seq: 1, at: 0, ...body } as TaskEvent
}

function created(id: string, input?: Partial<Payload>, again?: { attempt: number; retryOf: string }): TaskEvent {
  return stamped({
    kind: 'task.created',
    id: nodeId(id),
    node: 'task',
    name: 'crawl',
    attempt: again?.attempt ?? 1,
    ...(again === undefined ? {} : { retryOf: nodeId(again.retryOf) }),
    trace,
    capabilities: {},
    ...(input === undefined ? {} : { input: { format: 'json', text: '{"a":1}', size: 7, truncated: false, ...input } }),
  })
}

const opening = stamped({ kind: 'node.changed', id: hostNodeId, status: 'opening' })

describe('memory of tasks of ended processes', () => {
  it('leaves a task of the present process to that process', () => {
    const memory = createTaskMemory()
    memory.note(opening)
    memory.note(created('t'))
    expect(memory.recall(nodeId('t'))).toEqual({ known: true, present: true })
    expect(memory.recall(nodeId('other'))).toEqual({ known: false })
  })

  it('gives what is needed to run a task of an earlier process again, and counts attempts of a chain', () => {
    const memory = createTaskMemory()
    memory.note(created('t', {}))
    memory.note(opening)
    const task = { id: 't', name: 'crawl', input: { a: 1 }, chain: 't', trace }
    expect(memory.recall(nodeId('t'))).toEqual({ known: true, present: false, task: { ...task, attempt: 2 } })
    memory.note(created('t#2', {}, { attempt: 2, retryOf: 't' }))
    memory.note(opening)
    const second = { ...task, id: 't#2', attempt: 3 }
    expect(memory.recall(nodeId('t#2'))).toEqual({ known: true, present: false, task: second })
  })

  it('says when an input was not kept whole', () => {
    const memory = createTaskMemory()
    memory.note(created('cut', { truncated: true }))
    memory.note(created('text', { format: 'text' }))
    memory.note(opening)
    for (const id of ['cut', 'text']) {
      expect(memory.recall(nodeId(id))).toEqual({ known: true, present: false, task: undefined })
    }
  })

  it('forgets the oldest when it holds too many', () => {
    const memory = createTaskMemory()
    for (let n = 0; n < 10_001; n++) memory.note(created(`t${n}`))
    expect(memory.recall(nodeId('t0'))).toEqual({ known: false })
    expect(memory.recall(nodeId('t1'))).toMatchObject({ known: true })
  })

  it('forgets the oldest when their inputs are too large together', () => {
    const memory = createTaskMemory()
    const text = `"${'x'.repeat(5 * 1024 * 1024)}"`
    for (const id of ['a', 'b', 'c', 'd']) memory.note(created(id, { text }))
    expect(memory.recall(nodeId('a'))).toEqual({ known: false })
    expect(memory.recall(nodeId('d'))).toMatchObject({ known: true })
  })
})
