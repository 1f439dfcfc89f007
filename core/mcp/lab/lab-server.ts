/** The lab server: its own tools on a task runner in this process, with or without misbehaviour. */
import type { Clock, Timers } from '../../model/clock.ts'
import { nodeId, nodeKey, sourceId } from '../../model/identity.ts'
import type { EventSink } from '../../model/source.ts'
import { offerOf } from '../../runner/define-task.ts'
import { createTaskRunner } from '../../runner/task-runner.ts'
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import type { EraName } from '../eras/era.ts'
import { goodHabits, type Habits } from '../serve/habits.ts'
import { createMcpServer, type McpServer } from '../serve/mcp-server.ts'
import { createSourceToolbox } from '../serve/source-toolbox.ts'
import type { Deviation } from './deviation.ts'
import { labTasks } from './lab-tasks.ts'

export interface LabOptions {
  readonly version: string
  readonly eras?: readonly EraName[]
  readonly deviations?: readonly Deviation[]
  readonly clock?: Clock
  readonly timers?: Timers
  /** Hears every event of its runner. */
  readonly sink?: EventSink
  /** Kills this process, for a deviation that wants it. */
  readonly crash?: () => void
}

export interface Lab {
  readonly server: McpServer
  readonly habits: Habits
  close(): Promise<void>
}

const source = sourceId('lab')
const node = nodeId('lab')

export function createLab(options: LabOptions): Lab {
  const { version, eras, deviations = [], clock = systemClock, timers = systemTimers, sink, crash } = options
  const habits: Habits = Object.assign({ ...goodHabits }, ...deviations.map((deviation) => deviation.habits ?? {}))
  const crashAfterMs = deviations.find((deviation) => deviation.crashAfterMs !== undefined)?.crashAfterMs
  const tasks = labTasks((taskId, verb) => {
    const work = server.workOf(taskId)
    work?.hold(verb)
    return work !== undefined
  })
  const runner = createTaskRunner({
    source,
    clock,
    timers,
    parent: node,
    tasks,
    sink: (event) => {
      toolbox.see(event)
      sink?.(event)
      if (event.kind === 'task.created' && crashAfterMs !== undefined && crash !== undefined) {
        timers.after(crashAfterMs, crash)
      }
    },
  })
  const offers = tasks.map(offerOf)
  const toolbox = createSourceToolbox({
    source,
    node: nodeKey(source, node),
    offers: () => offers,
    control: (request) => runner.control(request),
    clock,
  })
  const server = createMcpServer({
    toolbox,
    info: { name: 'taskscope-lab', version, instructions: 'Tools to try MCP tasks with. Nothing they say is real.' },
    clock,
    timers,
    habits,
    filters: deviations.flatMap((deviation) => deviation.filter?.() ?? []),
    ...(eras !== undefined && { eras }),
  })
  return {
    server,
    habits,
    async close() {
      server.close()
      await runner.close('the lab is closing')
    },
  }
}
