/** What must be true of every history of events, whatever was done: written from the rules by hand, so that a slip in the runner's own table is seen. */
import { expect } from 'vitest'
import type { TaskEvent } from '../../../../core/model/event.ts'

const legal: Readonly<Record<string, readonly string[]>> = {
  pending: ['running', 'suspended', 'cancelled', 'failed'],
  running: ['suspended', 'input_required', 'cancelling', 'completed', 'failed'],
  input_required: ['running', 'suspended', 'cancelling', 'failed'],
  suspended: ['pending', 'running', 'input_required', 'cancelling', 'failed'],
  cancelling: ['cancelled', 'completed', 'failed'],
}

/**
 * Only legal transitions, exactly one terminal event per task and none left open, children end first, progress never
 * goes back, nothing is told of the code of a task that stands still, every control settled once, no number missing.
 */
export function checkHistory(events: readonly TaskEvent[]): void {
  const states = new Map<string, string>()
  const parents = new Map<string, string>()
  const highest = new Map<string, number>()
  const settled = new Map<string, number>()
  for (const [index, event] of events.entries()) {
    expect(event.seq, 'numbers without a gap').toBe(index + 1)
    switch (event.kind) {
      case 'task.created':
        states.set(event.id, 'pending')
        if (event.parent !== undefined) parents.set(event.id, event.parent)
        break
      case 'task.state': {
        expect(event.from, `${event.id} to ${event.to}: from`).toBe(states.get(event.id))
        expect(legal[event.from] ?? [], `${event.id}: from ${event.from}`).toContain(event.to)
        expect(event.outcome !== undefined, `${event.id}: an outcome with ${event.to}`).toBe(!(event.to in legal))
        states.set(event.id, event.to)
        const above = states.get(parents.get(event.id) ?? '')
        if (event.outcome !== undefined && above !== undefined)
          expect(legal, `${event.id}: children end first`).toHaveProperty(above)
        break
      }
      case 'task.progress':
        expect(states.get(event.id), `${event.id} tells progress`).not.toBe('suspended')
        expect(event.current, `${event.id}: progress`).toBeGreaterThanOrEqual(highest.get(event.id) ?? -Infinity)
        highest.set(event.id, event.current)
        break
      case 'control.effective':
      case 'control.refused':
        settled.set(event.control, (settled.get(event.control) ?? 0) + 1)
        break
      default:
    }
  }
  expect(
    [...states].filter(([, state]) => state in legal),
    'left open',
  ).toEqual([])
  expect(
    [...settled].filter(([, count]) => count !== 1),
    'settled more than once',
  ).toEqual([])
}
