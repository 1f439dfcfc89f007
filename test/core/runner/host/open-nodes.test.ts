import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskEventBody } from '../../../../core/model/event.ts'
import { nodeId } from '../../../../core/model/identity.ts'
import {
  type CancelCause,
  isTerminal,
  type LifecycleState,
  lifecycleStates,
  whyForbidden,
} from '../../../../core/model/lifecycle.ts'
import type { Isolation } from '../../../../core/model/node.ts'
import { createOpenNodes, type ProcessEnd } from '../../../../core/runner/host/open-nodes.ts'
import { stoppedText } from '../../../../core/runner/host/stack-text.ts'

const crash: ProcessEnd = { text: 'host was ended by SIGKILL' }
const killed: ProcessEnd = { text: 'host was killed by you', by: { kind: 'person' } }

function created(id: string): TaskEventBody {
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
  return {
    kind: 'task.created',
    id: nodeId(id),
    node: 'task',
    name: `name of ${id}`,
    attempt: 1,
    trace,
    capabilities: {},
  }
}

function moved(id: string, from: LifecycleState, to: LifecycleState, cause?: CancelCause): TaskEventBody {
  return { kind: 'task.state', id: nodeId(id), from, to, ...(cause === undefined ? {} : { cause }) }
}

describe('open nodes of a host process', () => {
  it('ends every open task once, legally, and children before their parents', () => {
    const walk = fc.array(fc.tuple(fc.nat(9), fc.constantFrom(...lifecycleStates)), { maxLength: 60 })
    fc.assert(
      fc.property(walk, fc.constantFrom(crash, killed), (steps, end) => {
        const nodes = createOpenNodes()
        const states = new Map<string, LifecycleState>()
        for (const [number, to] of steps) {
          const id = `t${number}`
          const from = states.get(id)
          if (from === undefined) nodes.note(created(id))
          else if (whyForbidden(from, to) === undefined) nodes.note(moved(id, from, to, 'supervisor'))
          else continue
          states.set(id, from === undefined ? 'pending' : to)
        }
        const open = [...states].filter(([, state]) => !isTerminal(state)).map(([id]) => id)
        const ends = nodes.endAll(end)
        expect(ends.map((event) => 'id' in event && event.id)).toEqual(open.reverse())
        for (const event of ends) {
          if (event.kind !== 'task.state') throw new Error(event.kind)
          expect(event.from).toBe(states.get(event.id))
          const failure = event.outcome?.status === 'failed' ? { failure: event.outcome.kind } : {}
          expect(whyForbidden(event.from, event.to, failure)).toBeUndefined()
        }
        expect(nodes.endAll(end)).toEqual([])
      }),
    )
  })

  it('calls tasks killed when a person ended the process, and failed by its exit otherwise', () => {
    for (const [end, kind] of [
      [crash, 'exit'],
      [killed, 'killed'],
    ] as const) {
      const nodes = createOpenNodes()
      nodes.note(created('t'))
      nodes.note(moved('t', 'pending', 'running'))
      expect(nodes.endAll(end)).toMatchObject([{ to: 'failed', outcome: { kind }, why: { text: end.text } }])
    }
  })

  it('keeps the outcome that a shutdown had fixed', () => {
    const nodes = createOpenNodes()
    nodes.note(created('t'))
    nodes.note(moved('t', 'pending', 'running'))
    nodes.note(moved('t', 'running', 'cancelling', 'supervisor'))
    expect(nodes.endAll(crash)).toMatchObject([
      { to: 'cancelled', outcome: { status: 'cancelled', reason: 'shutdown' } },
    ])
  })

  it('closes supervisors of the process, and leaves the host to its owner', () => {
    const nodes = createOpenNodes()
    const opened = { kind: 'node.opened', name: 'n', status: 'open', capabilities: {} } as const
    nodes.note({ ...opened, id: nodeId('host'), node: 'host' })
    nodes.note({ ...opened, id: nodeId('outer'), node: 'supervisor' })
    nodes.note({ ...opened, id: nodeId('inner'), node: 'supervisor' })
    nodes.note({ ...opened, id: nodeId('gone'), node: 'supervisor' })
    nodes.note({ kind: 'node.changed', id: nodeId('gone'), status: 'closed' })
    expect(nodes.endAll(crash)).toMatchObject([
      { kind: 'node.changed', id: 'inner', status: 'closed' },
      { kind: 'node.changed', id: 'outer', status: 'closed' },
    ])
  })

  it('names the tasks that are under way, oldest first', () => {
    const nodes = createOpenNodes()
    for (const id of ['a', 'b', 'c']) nodes.note(created(id))
    nodes.note(moved('c', 'pending', 'running'))
    nodes.note(moved('a', 'pending', 'running'))
    expect(nodes.names()).toEqual(['name of a', 'name of c'])
  })
})

it('tells what a stop of the main thread stops: not what runs in a place of its own, nor its children', () => {
  const nodes = createOpenNodes()
  const begin = (id: string, isolation: Isolation, parent: string): void => {
    nodes.note({ ...created(id), isolation, parent: nodeId(parent) } as TaskEventBody)
    nodes.note(moved(id, 'pending', 'running'))
  }
  begin('crawl', 'inline', 'host')
  begin('page', 'inline', 'crawl')
  begin('hash', 'thread', 'host')
  begin('part', 'inline', 'hash')
  begin('render', 'process', 'host')
  expect(nodes.onMain()).toEqual({ names: ['name of crawl', 'name of page'], elsewhere: 3 })
  expect(stoppedText(nodes.onMain())).toBe('2 tasks: name of crawl, name of page; 3 in places of their own go on')
})
