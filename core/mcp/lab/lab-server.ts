/** The lab server: its own tools on a task runner in this process, with or without misbehaviour. */

import type { Capabilities } from '../../model/capability.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import { nodeKey, sourceId } from '../../model/identity.ts'
import type { EventSink } from '../../model/source.ts'
import { offerOf } from '../../runner/define-task.ts'
import { hostNodeId } from '../../runner/host/host-node.ts'
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
  /** Carries out what somebody asks of its tasks. */
  control(request: ControlRequest): void
  close(): Promise<void>
}

export const labSource = sourceId('lab')
/** Named like the host of a module, which it stands for. */
const node = hostNodeId

const capabilities: Capabilities = { start: true, suspend: true, resume: true }

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
    source: labSource,
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
    source: labSource,
    node: nodeKey(labSource, node),
    offers: () => offers,
    control: (request) => {
      runner.emit({ kind: 'control.requested', request })
      runner.control(request)
    },
    clock,
  })
  runner.emit({ kind: 'node.opened', id: node, node: 'host', name: 'lab', status: 'open', capabilities })
  runner.emit({ kind: 'node.changed', id: node, facts: { pid: process.pid }, offers })
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
    control: (request) => runner.control(request),
    async close() {
      server.close()
      await runner.close('the lab is closing')
    },
  }
}
