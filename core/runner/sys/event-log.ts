/** The newest events of one task, so many as were asked for. */
import type { TaskEvent } from '../../model/event.ts'
import type { TaskLog } from '../../model/task-debug.ts'

export interface EventLog {
  readonly size: number
  add(event: TaskEvent): void
  /** The same events in a log of another size; the oldest go first. */
  resized(size: number): EventLog
  read(): TaskLog
}

export function createEventLog(size: number, start?: TaskLog): EventLog {
  const surplus = Math.max(0, (start?.events.length ?? 0) - size)
  const events: TaskEvent[] = [...(start?.events.slice(surplus) ?? [])]
  let dropped = (start?.dropped ?? 0) + surplus
  const read = (): TaskLog => ({ size, events: [...events], dropped })
  return {
    size,
    add(event) {
      events.push(event)
      if (events.length <= size) return
      events.shift()
      dropped += 1
    },
    resized: (other) => createEventLog(other, read()),
    read,
  }
}
