/** What a newcomer is told of a source makes the same rows as having been there from the start. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labTasks } from '../../../../core/mcp/lab/lab-tasks.ts'
import { EventJournal } from '../../../../core/mcp/serve/event-journal.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../../../core/model/row.ts'
import { createRegistry, type Registry } from '../../../../core/registry/registry.ts'
import { createTaskRunner } from '../../../../core/runner/task-runner.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

const source = sourceId('served')
const host = nodeId('host')

type Command =
  | { readonly do: 'start'; readonly tenths: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'suspend' | 'resume' | 'step' | 'cancel'; readonly task: number }

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('start' as const), tenths: fc.nat(20) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(700) }),
  fc.record({
    do: fc.constantFrom<'suspend' | 'resume' | 'step' | 'cancel'>('suspend', 'resume', 'step', 'cancel'),
    task: fc.nat(5),
  }),
)

/** Lets a source live through the commands. */
async function live(commands: readonly Command[], see: (event: TaskEvent) => void): Promise<void> {
  const time = createFakeTime()
  const ids: TaskEvent[] = []
  const tasks = labTasks(() => false)
  const runner = createTaskRunner({
    source,
    clock: time,
    timers: time,
    parent: host,
    tasks,
    sink(event) {
      if (event.kind === 'task.created') ids.push(event)
      see(event)
    },
  })
  runner.emit({ kind: 'node.opened', id: host, node: 'host', name: 'served', status: 'opening', capabilities: {} })
  runner.emit({ kind: 'node.changed', id: host, facts: { pid: 1, waiting: 3 } })
  runner.emit({ kind: 'node.changed', id: host, status: 'open', facts: { waiting: null } })
  for (const [index, each] of commands.entries()) {
    const ask = { id: controlId(`c${index}`), by: { kind: 'person' }, requestedAt: time.now() } as const
    if (each.do === 'wait') await time.advance(each.ms)
    else if (each.do === 'start') {
      const verb = { verb: 'start', offer: 'slow_compute', input: { seconds: each.tenths / 10 } } as const
      runner.control({ ...ask, target: nodeKey(source, host), command: verb })
    } else {
      const target = ids[each.task % Math.max(1, ids.length)]
      if (target !== undefined && 'id' in target) {
        runner.control({ ...ask, target: nodeKey(source, target.id), command: { verb: each.do } })
      }
    }
    await time.settle()
  }
  runner.flush()
}

/** What the window shows, but for controls: a newcomer has not seen them asked. */
function shown(registry: Registry): readonly object[] {
  return [...registry.rows()].map((row: Row) => {
    const { ord: _ord, control: _control, ...rest } = row
    if (!isTaskRow(row)) return rest
    const { answered: _answered, ...task } = rest as typeof rest & { answered?: unknown }
    return task
  })
}

function registryOf(events: readonly TaskEvent[]): Registry {
  const registry = createRegistry()
  for (const [index, event] of events.entries()) registry.apply({ ...event, seq: index + 1 })
  return registry
}

describe('the journal', () => {
  test('tells whatever matters of what has been', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const all: TaskEvent[] = []
        const journal = new EventJournal()
        await live(commands, (event) => {
          all.push(event)
          journal.note(all.length, event)
        })
        const late = registryOf(journal.after(0).map(({ event }) => event))
        expect(shown(late)).toEqual(shown(registryOf(all)))
        expect(late.counters()).toMatchObject({ lost: 0, illegal: 0, unknown: 0 })
      }),
      { numRuns: 60 },
    )
  })

  test('tells who comes back only what they have missed', async () => {
    const journal = new EventJournal()
    let seq = 0
    await live(
      [
        { do: 'start', tenths: 1 },
        { do: 'wait', ms: 500 },
      ],
      (event) => {
        seq += 1
        journal.note(seq, event)
      },
    )
    expect(journal.after(seq)).toEqual([])
    expect(journal.after(seq - 1)).toMatchObject([{ seq, event: { kind: 'task.state', to: 'completed' } }])
  })

  test('stays small: of a task that says much the last words, of ended tasks the last ones', async () => {
    const journal = new EventJournal({ maxEnded: 2 })
    let seq = 0
    const start: Command = { do: 'start', tenths: 20 }
    const wait: Command = { do: 'wait', ms: 3000 }
    await live([start, wait, start, wait, start, wait, start], (event) => {
      seq += 1
      journal.note(seq, event)
    })
    const kept = journal.after(0)
    expect(kept.filter(({ event }) => event.kind === 'task.created')).toHaveLength(3)
    expect(kept.filter(({ event }) => event.kind === 'task.progress').length).toBeLessThanOrEqual(3)
    const late = { v: 1, source, seq: 1, at: 0, kind: 'task.sign', id: nodeId('forgotten'), text: 'moves' } as const
    journal.note(seq + 1, late)
    expect(journal.after(seq)).toEqual([])
    const line = { v: 1, source, seq: 1, at: 0, kind: 'task.log', id: host, lines: [] } as const
    for (let count = 1; count <= 10_000; count += 1) journal.note(seq + count, line)
    expect(journal.after(0).length).toBeLessThan(200)
  })
})
