/** The runner as a library: real clock, random ids, and events for whoever wants them. */
import type { Dispose } from '../model/dispose.ts'
import type { TaskEvent } from '../model/event.ts'
import { sourceId } from '../model/identity.ts'
import { createLibraryPlaces } from './library-places.ts'
import { isLoadingPlace } from './module/loading-place.ts'
import { TaskRefused } from './task-errors.ts'
import { createTaskRunner, type TaskRunner, type TaskRunnerOptions } from './task-runner.ts'

function assertNotLoading(): void {
  if (!isLoadingPlace()) return
  throw new TaskRefused(
    'its module was loaded for one of its tasks in a place of its own, and starts tasks while it loads: define tasks in a module of their own, or start them only where isMainThread of node:worker_threads is true',
  )
}

export interface RunnerOptions extends Partial<Omit<TaskRunnerOptions, 'source' | 'sink'>> {
  /** The source's id in every event; `runner` by default. Without a slash. */
  readonly name?: string
}

export interface Runner extends TaskRunner {
  /** Calls back for every event, in order. Controls asked for inside take effect after it returns. */
  onEvent(listener: (event: TaskEvent) => void): Dispose
}

/**
 * Makes a runner. Nothing is started until a task is; close it when done.
 *
 * A task with `isolation: 'thread'` or `'process'` gets a worker thread or a process of its own. That imports the module
 * that exports the task once more, so the module must not start tasks by itself while it loads: start them from another,
 * or only where `isMainThread` of `node:worker_threads` is true. What such a task writes to the console is an event and
 * also goes to this process's own streams.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRunner } from 'taskscope'
 *
 * const runner = createRunner({ concurrency: 2, breakpoints: [{ id: 'b', on: { kind: 'checkpoint', label: 'page 2' } }] })
 * const states: string[] = []
 * runner.onEvent((event) => {
 *   if (event.kind === 'task.state') states.push(event.to)
 *   // A breakpoint owns its hold; this releases every hold.
 *   if (event.kind === 'task.state' && event.to === 'suspended') void runner.handle(event.id)?.resumeAll()
 * })
 *
 * const handle = runner.submit(async (ctx) => {
 *   for (let page = 1; page <= 3; page += 1) await ctx.checkpoint(`page ${page}`)
 *   return 'done'
 * })
 * assert.deepEqual(await handle.outcome, { status: 'completed', value: 'done' })
 * assert.deepEqual(states, ['running', 'suspended', 'running', 'completed'])
 * await runner.close('done')
 * ```
 */
export function createRunner(options: RunnerOptions = {}): Runner {
  const { name = 'runner', ...rest } = options
  const listeners = new Set<(event: TaskEvent) => void>()
  const queue: TaskEvent[] = []
  let delivering = false

  function sink(event: TaskEvent): void {
    queue.push(event)
    if (delivering) return
    delivering = true
    try {
      // A listener may start tasks: their events are told after this one, to everybody in the same order.
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        for (const listener of listeners) listener(next)
      }
    } finally {
      delivering = false
    }
  }

  const runner = createTaskRunner({ places: createLibraryPlaces(), ...rest, source: sourceId(name), sink })
  const submit = runner.submit.bind(runner)
  const supervise = runner.supervise.bind(runner)
  return Object.assign(runner, {
    submit(...request: Parameters<typeof submit>) {
      assertNotLoading()
      return submit(...request)
    },
    supervise(...request: Parameters<typeof supervise>) {
      assertNotLoading()
      return supervise(...request)
    },
    onEvent(listener: (event: TaskEvent) => void): Dispose {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  })
}
