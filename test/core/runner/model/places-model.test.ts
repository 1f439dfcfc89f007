/**
 * Random controls on tasks in threads and processes of their own, through a real host. What must hold whatever happens:
 * only legal transitions, children end first, exactly one end, every control settled once, nothing left behind.
 */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { ControlVerb } from '../../../../core/model/control.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { hostsOfThisFile } from '../host/opened-host.ts'
import { behaviours } from '../isolation/isolation-module.ts'

const open = hostsOfThisFile()

/** Written from the table of the rules by hand, so that a slip in the runner's own table is seen. */
const legal: Readonly<Record<string, readonly string[]>> = {
  pending: ['running', 'suspended', 'cancelled', 'failed'],
  running: ['suspended', 'input_required', 'cancelling', 'completed', 'failed'],
  input_required: ['running', 'suspended', 'cancelling', 'failed'],
  suspended: ['pending', 'running', 'input_required', 'cancelling', 'failed'],
  cancelling: ['cancelled', 'completed', 'failed'],
}

const verb = fc.constantFrom<ControlVerb>(
  { verb: 'suspend' },
  { verb: 'suspend' },
  { verb: 'resume' },
  { verb: 'resume', all: true },
  { verb: 'step' },
  { verb: 'step', to: 'statement' },
  { verb: 'getState' },
  { verb: 'cancel' },
  { verb: 'kill' },
)
const plan = fc.record({
  offer: fc.constantFrom('steps', 'busy', 'family', 'asks', 'sleeps', 'spawns', 'ends', 'returns'),
  /** With how long to wait before each, milliseconds. */
  controls: fc.array(fc.tuple(verb, fc.integer({ min: 0, max: 40 })), { maxLength: 8 }),
})

function check(events: readonly TaskEvent[]): void {
  const states = new Map<string, string>()
  const parents = new Map<string, string>()
  const settled = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'task.created') {
      states.set(event.id, 'pending')
      if (event.parent !== undefined) parents.set(event.id, event.parent)
    } else if (event.kind === 'task.state') {
      expect(event.from, `${event.id} to ${event.to}`).toBe(states.get(event.id))
      expect(legal[event.from] ?? [], `${event.id}: ${event.from}`).toContain(event.to)
      states.set(event.id, event.to)
      const above = states.get(parents.get(event.id) ?? '')
      if (event.outcome !== undefined && above !== undefined) expect(legal, 'children end first').toHaveProperty(above)
    } else if (event.kind === 'control.effective' || event.kind === 'control.refused') {
      settled.set(event.control, (settled.get(event.control) ?? 0) + 1)
    } else if (event.kind === 'control.requested') settled.set(event.request.id, settled.get(event.request.id) ?? 0)
  }
  expect([...states.values()].filter((state) => legal[state] !== undefined)).toEqual([])
  expect([...settled.values()].filter((count) => count !== 1)).toEqual([])
}

const runsOf = {
  thread: Number(process.env.TASKSCOPE_THREAD_RUNS ?? 12),
  process: Number(process.env.TASKSCOPE_PROCESS_RUNS ?? 5),
}

test.each(['thread', 'process'] as const)(
  'any controls on a task in a %s of its own keep the rules',
  { timeout: 120_000 + Math.max(...Object.values(runsOf)) * 8000 },
  async (isolation) => {
    const host = await open({ 'm.ts': behaviours(isolation) })
    await host.host.opened
    await fc.assert(
      fc.asyncProperty(plan, async ({ offer, controls }) => {
        const asked: string[] = []
        const known = host.of('task.created').length
        asked.push(host.ask('host', { verb: 'start', offer, input: { file: host.project.path('lines.txt') } }))
        await vi.waitFor(() => expect(host.of('task.created').length).toBeGreaterThan(known), { timeout: 20_000 })
        const id = host.of('task.created')[known]?.id ?? ''
        for (const [command, waitMs] of controls) {
          await new Promise((resolve) => setTimeout(resolve, waitMs))
          asked.push(host.ask(id, command))
        }
        // Whatever it does by now, this ends it: a task that has not started is cancelled, any other is killed.
        const ended = () => host.of('task.state').some((event) => event.id === id && event.outcome !== undefined)
        for (let tries = 0; tries < 200 && !ended(); tries += 1) {
          asked.push(host.ask(id, { verb: 'cancel' }), host.ask(id, { verb: 'kill' }))
          await host.settled(asked.at(-1) ?? '')
        }
        for (const control of asked) await host.settled(control)
      }),
      { numRuns: runsOf[isolation], endOnFailure: true },
    )
    await host.close()
    check(host.events)
    expect(host.of('finding').filter(({ finding }) => finding.rule === 'host-crash')).toEqual([])
  },
)
