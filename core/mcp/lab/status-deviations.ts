/** What can be wrong about how a task is described. */
import { isTerminalStatus } from '../eras/task-snapshot.ts'
import { type JsonRecord, recordAt } from '../wire/json-record.ts'
import { type Deviation, describing, isStatusNotice } from './deviation.ts'

const hourMs = 3_600_000

export const statusDeviations: readonly Deviation[] = [
  {
    name: 'illegal-transition',
    does: 'calls a working task paused, a status that no specification knows',
    filter: describing(() => (task) => (task.status === 'working' ? { ...task, status: 'paused' } : task)),
  },
  {
    name: 'change-after-terminal',
    does: 'gives a task that has ended another end when it is described again',
    filter: describing(() => {
      const ended = new Set<unknown>()
      return (task) => {
        if (!isTerminalStatus(String(task.status))) return task
        if (ended.has(task.taskId)) return { ...task, status: task.status === 'cancelled' ? 'completed' : 'cancelled' }
        ended.add(task.taskId)
        return task
      }
    }),
  },
  {
    name: 'duplicate-status',
    does: 'sends every status notification twice',
    filter: () => ({ outgoing: (message) => (isStatusNotice(message) ? [message, message] : [message]) }),
  },
  {
    name: 'time-not-monotonic',
    does: 'dates every second description an hour back',
    filter: describing(() => {
      let count = 0
      return (task) => {
        count += 1
        return count % 2 === 0 ? { ...task, lastUpdatedAt: earlier(task.lastUpdatedAt) } : task
      }
    }),
  },
  {
    name: 'bad-ttl',
    does: 'gives times to live that are no whole milliseconds',
    filter: describing(() => (task) => ({
      ...task,
      ...(typeof task.ttl === 'number' && { ttl: task.ttl + 0.5 }),
      ...(typeof task.ttlMs === 'number' && { ttlMs: task.ttlMs + 0.5 }),
    })),
  },
  {
    name: 'wrong-era-field',
    does: 'names the times of a task as the other wire does',
    filter: describing(
      () =>
        ({ ttl, pollInterval, ttlMs, pollIntervalMs, ...task }) =>
          ttl === undefined
            ? { ...task, ttl: ttlMs, pollInterval: pollIntervalMs }
            : { ...task, ttlMs: ttl, pollIntervalMs: pollInterval },
    ),
  },
  {
    name: 'stalled',
    does: 'describes every task for ever as it was at first',
    filter: describing(() => {
      const first = new Map<unknown, JsonRecord>()
      return ({ resultType, ...task }) => {
        const known = first.get(task.taskId) ?? task
        first.set(task.taskId, known)
        return resultType === undefined ? known : { ...known, resultType }
      }
    }),
  },
  {
    name: 'failed-vs-iserror',
    does: 'calls an error of a tool by the status of the other wire',
    filter: describing(() => swapped),
  },
]

function swapped(task: JsonRecord): JsonRecord {
  if ('ttl' in task && task.status === 'failed') return { ...task, status: 'completed' }
  const result = recordAt(task, 'result')
  return 'ttlMs' in task && result?.isError === true ? { ...task, status: 'failed' } : task
}

function earlier(time: unknown): unknown {
  return typeof time === 'string' ? new Date(Date.parse(time) - hourMs).toISOString() : time
}
