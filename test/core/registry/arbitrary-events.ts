import fc from 'fast-check'
import type { TaskEvent, TaskEventBody } from '../../../core/model/event.ts'
import { controlId, nodeId, nodeKey, type SourceId, sourceId } from '../../../core/model/identity.ts'
import { failureKinds, lifecycleStates } from '../../../core/model/lifecycle.ts'
import type { Outcome } from '../../../core/model/outcome.ts'
import { created, request, transition, unknownKind } from './scene.ts'

const sources: readonly SourceId[] = [sourceId('s'), sourceId('mcp')]
const ids = ['a', 'b', 'c', 'd', 'host']
const controlIds = ['c1', 'c2', 'c3']

const id = fc.constantFrom(...ids).map(nodeId)
const control = fc.constantFrom(...controlIds).map(controlId)
const state = fc.constantFrom(...lifecycleStates)
const payload = { format: 'json', text: '1', size: 1, truncated: false } as const

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ status: fc.constant('completed' as const), value: fc.constant(payload), toolError: fc.boolean() }),
  fc.record({
    status: fc.constant('failed' as const),
    kind: fc.constantFrom(...failureKinds),
    error: fc.constant({ name: 'Error', message: 'it broke' }),
  }),
  fc.record({
    status: fc.constant('cancelled' as const),
    by: fc.constant({ kind: 'person' as const }),
    reason: fc.constantFrom('', 'enough'),
  }),
)

const hold = fc.record({
  id: fc.constantFrom('h1', 'h2'),
  owner: fc.constant({ kind: 'person' as const }),
  how: fc.constantFrom('checkpoint' as const, 'frames' as const),
  requestedAt: fc.constant(1),
})

const question = fc.record({
  requestId: fc.constantFrom('q1', 'q2'),
  message: fc.constant('which?'),
  askedAt: fc.constant(1),
})

/** Any fact at all: known and unknown ids, legal and illegal transitions, in any order. */
const body: fc.Arbitrary<TaskEventBody> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.option(id, { nil: undefined }))
      .map(([own, parent]) => created(own, parent === undefined ? {} : { parent })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(id, state, state, fc.option(outcome, { nil: undefined }))
      .map(([own, from, to, end]) => transition(own, from, to, end === undefined ? {} : { outcome: end })),
  },
  fc.tuple(id, fc.nat(9)).map(([own, current]): TaskEventBody => ({ kind: 'task.progress', id: own, current })),
  id.map((own): TaskEventBody => ({ kind: 'task.checkpoint', id: own, label: 'page' })),
  id.map((own): TaskEventBody => ({ kind: 'task.log', id: own, lines: [{ stream: 'log', text: 'line' }] })),
  fc.tuple(id, hold).map(([own, held]): TaskEventBody => ({ kind: 'task.hold', id: own, hold: held })),
  fc
    .tuple(id, fc.constantFrom('h1', 'h2'))
    .map(([own, holdId]): TaskEventBody => ({ kind: 'task.released', id: own, holdId })),
  fc.tuple(id, question).map(([own, asked]): TaskEventBody => ({ kind: 'task.asked', id: own, question: asked })),
  fc.tuple(id, fc.constantFrom('q1', 'q2')).map(
    ([own, requestId]): TaskEventBody => ({
      kind: 'task.answered',
      id: own,
      requestId,
      action: 'accept',
      by: { kind: 'person' },
    }),
  ),
  fc.tuple(id, outcome).map(([own, end]): TaskEventBody => ({ kind: 'task.outcome', id: own, outcome: end })),
  fc
    .tuple(id, fc.boolean())
    .map(([own, settled]): TaskEventBody => ({ kind: 'task.sign', id: own, text: 'alive', settled })),
  id.map((own): TaskEventBody => ({ kind: 'task.late', id: own, what: 'result', value: payload })),
  fc.tuple(id, fc.constantFrom('open' as const, 'lost' as const)).map(
    ([own, status]): TaskEventBody => ({
      kind: 'node.opened',
      id: own,
      node: 'host',
      name: 'demo',
      status,
      capabilities: {},
    }),
  ),
  id.map(
    (own): TaskEventBody => ({ kind: 'node.changed', id: own, status: 'closed', facts: { pid: null, memoryMb: 3 } }),
  ),
  fc.tuple(control, id).map(
    ([own, target]): TaskEventBody => ({
      kind: 'control.requested',
      request: request(own, nodeKey(sources[0] ?? sourceId('s'), target), { verb: 'suspend' }),
    }),
  ),
  control.map((own): TaskEventBody => ({ kind: 'control.acknowledged', control: own })),
  control.map((own): TaskEventBody => ({ kind: 'control.effective', control: own })),
  control.map((own): TaskEventBody => ({ kind: 'control.refused', control: own, reason: 'no' })),
  control.map((own): TaskEventBody => ({ kind: 'control.noAnswer', control: own })),
  id.map(
    (own): TaskEventBody => ({ kind: 'finding', finding: { rule: 'x', severity: 'info', node: own, text: 'look' } }),
  ),
  id.map(unknownKind),
)

const step = fc.record({
  body,
  from: fc.constantFrom(...sources),
  lost: fc.constantFrom(0, 0, 0, 0, 0, 0, 2),
  passed: fc.integer({ min: -5, max: 50 }),
})

/** A list of stamped facts of two sources, some of which lose events and whose clocks may go back. */
export const arbitraryEvents: fc.Arbitrary<TaskEvent[]> = fc
  .array(step, { maxLength: 120, size: 'max' })
  .map((steps) => {
    const seqs = new Map<SourceId, number>()
    let at = 1000
    return steps.map(({ body: fact, from, lost, passed }) => {
      const seq = (seqs.get(from) ?? 0) + 1 + lost
      seqs.set(from, seq)
      at += passed
      return { v: 1, source: from, seq, at, ...fact } as TaskEvent
    })
  })
