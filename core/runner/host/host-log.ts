/** Lines that no task wrote, shown on the host itself; bursts are bounded and what was dropped is counted. */
import type { Clock, Timers } from '../../model/clock.ts'
import type { LogLine, TaskEventBody } from '../../model/event.ts'
import { hostNodeId } from './host-node.ts'
import { createLineBudget } from './line-budget.ts'

export interface HostLog {
  write(line: LogLine): void
  /** Tells what was dropped and not told yet. */
  flush(): void
}

export interface HostLogOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly emit: (body: TaskEventBody) => void
}

const tellDroppedMs = 1000

export function createHostLog({ clock, timers, emit }: HostLogOptions): HostLog {
  const budget = createLineBudget(clock)
  let telling = false
  const flush = (): void => {
    const dropped = budget.dropped()
    if (dropped > 0) emit({ kind: 'task.log', id: hostNodeId, lines: [], dropped })
  }
  return {
    write(line) {
      const taken = budget.take()
      if (taken.pass) {
        emit({ kind: 'task.log', id: hostNodeId, lines: [line], ...(taken.dropped > 0 && { dropped: taken.dropped }) })
        return
      }
      if (telling) return
      telling = true
      timers.after(tellDroppedMs, () => {
        telling = false
        flush()
      })
    },
    flush,
  }
}
