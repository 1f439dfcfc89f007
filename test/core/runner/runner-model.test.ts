/**
 * Random interleavings of everything that code, people and time may do to a few tasks, against the reference model.
 * A failure prints the seed and the shortest list of commands that shows it.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TaskEvent } from '../../../core/model/event.ts'
import { foldMs } from '../../../core/runner/samples.ts'
import { createHarness } from './harness.ts'
import { command } from './runner-commands.ts'
import { RunnerUnderTest } from './runner-under-test.ts'

/** Written from the table of the rules by hand, so that a slip in the runner's own table is seen. */
const legal = new Set(
  [
    'pending running, pending suspended, pending cancelled, pending failed',
    'running suspended, running input_required, running cancelling, running completed, running failed',
    'input_required running, input_required suspended, input_required cancelling, input_required failed',
    'suspended pending, suspended running, suspended input_required, suspended cancelling, suspended failed',
    'cancelling cancelled, cancelling completed, cancelling failed',
  ]
    .join(', ')
    .split(', '),
)

function checkHistory(events: readonly TaskEvent[]): void {
  const ends = new Map<string, number>()
  const states = new Map<string, string>()
  const parents = new Map<string, string>()
  const highest = new Map<string, number>()
  const settledControls = new Map<string, number>()
  events.forEach((event, index) => {
    expect(event.seq).toBe(index + 1)
    if (event.kind === 'task.created') {
      states.set(event.id, 'pending')
      if (event.parent !== undefined) parents.set(event.id, event.parent)
    }
    if (event.kind === 'task.state') {
      expect(event.from, `${event.id}: from`).toBe(states.get(event.id))
      expect(legal, `${event.id}: ${event.from} ${event.to}`).toContain(`${event.from} ${event.to}`)
      states.set(event.id, event.to)
      if (event.outcome !== undefined) ends.set(event.id, (ends.get(event.id) ?? 0) + 1)
      const parent = parents.get(event.id)
      if (event.outcome !== undefined && parent !== undefined)
        expect(ends.get(parent), 'children end first').toBeUndefined()
    }
    if (event.kind === 'task.progress') {
      expect(event.current).toBeGreaterThanOrEqual(highest.get(event.id) ?? Number.NEGATIVE_INFINITY)
      highest.set(event.id, event.current)
    }
    if (event.kind === 'control.effective' || event.kind === 'control.refused') {
      settledControls.set(event.control, (settledControls.get(event.control) ?? 0) + 1)
    }
  })
  expect([...ends.values()].every((count) => count === 1)).toBe(true)
  expect([...states].filter(([id]) => ends.get(id) === undefined)).toEqual([])
  expect([...settledControls.values()].every((count) => count === 1)).toBe(true)
}

const runs = Number(process.env.TASKSCOPE_MODEL_RUNS ?? 1000)

test(`any interleaving keeps the rules (${runs} runs)`, { timeout: 30_000 + runs * 50 }, async () => {
  const rejections: unknown[] = []
  const listen = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', listen)
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
        const harness = createHarness()
        const subject = new RunnerUnderTest(harness)
        for (const next of commands) {
          await subject.run(next)
          subject.compare()
        }
        await subject.finish()
        await harness.time.advance(foldMs)
        checkHistory(harness.events)
        expect(harness.runner.live()).toBe(0)
        expect(harness.time.pending(), 'timers left').toBe(0)
        expect(rejections).toEqual([])
      }),
      { numRuns: runs },
    )
  } finally {
    process.off('unhandledRejection', listen)
  }
})
