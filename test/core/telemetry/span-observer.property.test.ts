/** Whatever happens to tasks, and in whatever order a source tells it, the spans stay a true and whole account. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { TaskTransition } from '../../../core/model/event.ts'
import { nodeId } from '../../../core/model/identity.ts'
import { isTerminal, type LifecycleState, lifecycleStates } from '../../../core/model/lifecycle.ts'
import { isTaskRow } from '../../../core/model/row.ts'
import type { SpanData } from '../../../core/model/span.ts'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { created, done, failure, keyOf, request, transition } from '../registry/scene.ts'
import { createSpanScene, replay, replayLater, type SpanScene, spanIdOf, traceId } from './span-scene.ts'

type Step =
  | { readonly do: 'create'; readonly task: number; readonly retryOf?: number }
  | { readonly do: 'move'; readonly task: number; readonly to: LifecycleState }
  | { readonly do: 'happen'; readonly task: number; readonly what: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'forget' }

const task = fc.integer({ min: 1, max: 4 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), task }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('create' as const), task, retryOf: task }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('move' as const), task, to: fc.constantFrom(...lifecycleStates) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('happen' as const), task, what: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 100, max: 3000 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'forget' as const }) },
)

function take(scene: SpanScene, { step, late }: { readonly step: Step; readonly late: number }): void {
  // A source may date an event into the past.
  const at = scene.time.now() - late
  switch (step.do) {
    case 'create': {
      const trace = { traceId, spanId: spanIdOf(step.task) }
      const retryOf = step.retryOf === undefined ? {} : { retryOf: nodeId(String(step.retryOf)) }
      scene.emit(created(String(step.task), { trace, ...retryOf }), at)
      return
    }
    case 'move':
      scene.emit(moved(scene, String(step.task), step.to), at)
      return
    case 'happen':
      happen(scene, String(step.task), step.what)
      return
    case 'wait':
      scene.time.advanceSync(step.ms)
      return
    case 'forget':
      scene.registry.clearFinished()
  }
}

/** Mostly legal moves: from the state that the row shows. */
function moved(scene: SpanScene, id: string, to: LifecycleState): TaskTransition {
  const row = scene.registry.row(keyOf(id))
  const from = row !== undefined && isTaskRow(row) ? row.state : 'pending'
  if (to === 'completed') return transition(id, from, to, { outcome: done })
  if (to === 'failed') return transition(id, from, to, { outcome: failure('lost') })
  return transition(id, from, to)
}

function happen(scene: SpanScene, id: string, what: number): void {
  if (what === 0) scene.emit({ kind: 'task.checkpoint', id: nodeId(id), label: 'here' })
  else if (what === 1) scene.emit({ kind: 'task.log', id: nodeId(id), lines: [{ stream: 'log', text: 'line' }] })
  else if (what === 2) scene.emit({ kind: 'task.progress', id: nodeId(id), current: scene.events.length })
  else
    scene.emit({
      kind: 'control.requested',
      request: request(`c${scene.events.length}`, keyOf(id), { verb: 'cancel' }),
    })
}

const steps = fc.array(
  fc.record({ step, late: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 50 })) }),
  { maxLength: 80 },
)

function played(taken: readonly { readonly step: Step; readonly late: number }[]): SpanScene {
  const scene = createSpanScene()
  const ended = new Set<number>()
  for (const one of taken) {
    // Ids are never used again: after its end a task is not created anew.
    if (one.step.do === 'create' && ended.has(one.step.task)) continue
    take(scene, one)
    for (let n = 1; n <= 4; n++) {
      const row = scene.registry.row(keyOf(String(n)))
      if (row !== undefined && isTaskRow(row) && isTerminal(row.state)) ended.add(n)
    }
  }
  return scene
}

function isPending(span: SpanData): boolean {
  return span.attributes[names.pending] === true
}

it('no span id is ever sent twice', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const ids = played(taken).spans.map((span) => span.spanId)
      expect(new Set(ids).size).toBe(ids.length)
    }),
    { numRuns: 1000 },
  )
})

it('each created task that has ended has one task span, and no other task has one', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const scene = played(taken)
      let open = 0
      for (let n = 1; n <= 4; n++) {
        const row = scene.registry.row(keyOf(String(n)))
        const sent = scene.spans.filter((span) => span.spanId === spanIdOf(n)).length
        if (row === undefined || !isTaskRow(row)) continue
        const ended = isTerminal(row.state)
        if (!ended) open += 1
        expect(sent).toBe(ended && row.placeholder !== true ? 1 : 0)
      }
      expect(scene.observer.openSpans()).toBe(open)
    }),
    { numRuns: 1000 },
  )
})

it('the intervals of an ended task tile its life, but for a start within a millisecond', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { spans } = played(taken)
      for (const whole of spans.filter((span) => span.name.startsWith('task ') && !isPending(span))) {
        const intervals = spans.filter((span) => span.parentSpanId === whole.spanId && !isPending(span))
        let at = whole.start
        for (const interval of intervals) {
          if (interval === intervals[0]) expect(interval.start - at).toBeLessThan(1)
          else expect(interval.start).toBe(at)
          expect(interval.end).toBeGreaterThanOrEqual(interval.start)
          at = interval.end
        }
        if (intervals.length === 0) expect(whole.end - at).toBeLessThan(1)
        else expect(at).toBe(whole.end)
      }
    }),
    { numRuns: 1000 },
  )
})

it('a replay of the same events makes the same spans', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const scene = played(taken.filter((one) => one.step.do !== 'forget'))
      expect(replay(scene.events)).toEqual(scene.spans.filter((span) => !isPending(span)))
    }),
    { numRuns: 300 },
  )
})

it('a span is the same however late it is made', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { events } = played(taken.filter((one) => one.step.do !== 'forget'))
      expect(replayLater(events)).toEqual(replay(events))
    }),
    { numRuns: 300 },
  )
})
