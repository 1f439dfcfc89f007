/**
 * The main thread of a host: it imports the module, runs its tasks, and gives everything it has to say to the watchdog
 * worker. A mistake in the module's code is told under the task that made it, and ends as little as possible.
 */

import { AsyncResource } from 'node:async_hooks'
import { writeSync } from 'node:fs'
import { basename } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { ControlVerb } from '../../model/control.ts'
import { sourceId, type TaskId } from '../../model/identity.ts'
import { systemClock, systemTimers } from '../../system/system-clock.ts'
import { currentTask } from '../current-task.ts'
import { offerOf } from '../define-task.ts'
import { errorInfo } from '../error-info.ts'
import { createDueTimers } from '../isolation/due-timers.ts'
import { loadModule } from '../module/load-module.ts'
import { createRelayedCells } from '../process/relayed-cells.ts'
import { rejectionFinding } from '../rejection-finding.ts'
import { createTaskRunner, type TaskRunner } from '../task-runner.ts'
import { createThreadCells, type ThreadCells } from '../thread/thread-cells.ts'
import { createHostLog } from './host-log.ts'
import { hostNodeId } from './host-node.ts'
import type { HostSettings } from './host-settings.ts'
import { createInbox } from './inbox.ts'
import type { FromHost } from './link-messages.ts'
import { createOpenControls } from './open-controls.ts'
import { createOutbox } from './outbox.ts'
import { captureOutput } from './output-capture.ts'
import { createSharedState } from './shared-state.ts'
import { captureUserSpans } from './user-spans.ts'
import { type FromWatchdog, type ToWatchdog, visitHook, type WatchdogData } from './watchdog-messages.ts'

/** How long the end of the process waits until its last words have left. */
const lastWordsMs = 2000

export function runHost(settings: HostSettings): void {
  process.setSourceMapsEnabled(true)
  const shared = createSharedState()
  const { port1: port, port2 } = new MessageChannel()
  const worker = new Worker(settings.watchdog, {
    name: 'taskscope watchdog',
    execArgv: [],
    workerData: {
      port: port2,
      address: settings.address,
      token: settings.token,
      shared: shared.buffer,
    } satisfies WatchdogData,
    transferList: [port2],
  })
  const toWatchdog = (message: ToWatchdog): void => port.postMessage(message)
  const outbox = createOutbox({
    post: (line) => toWatchdog({ type: 'line', line }),
    shared,
    clock: systemClock,
    afterTurn: setImmediate,
    // One turn later, when every start that the closed gate keeps is known to wait.
    onGate: (open) => setImmediate(() => tellWaiting(open ? 0 : (runner?.waiting() ?? 0))),
  })
  const tellWaiting = (starts: number): void =>
    outbox.fact({ kind: 'node.changed', id: hostNodeId, facts: { waiting: starts === 0 ? null : starts } })
  const log = createHostLog({ clock: systemClock, timers: systemTimers, emit: outbox.fact })
  const spans = captureUserSpans({
    current: currentTask,
    onSpan: (task, span) => outbox.fact({ kind: 'span.ended', ...(task !== undefined && { task }), span }),
    onOpen: (task, span) => outbox.fact({ kind: 'span.started', task, span }),
    timers: systemTimers,
  })
  const placeTimers = createDueTimers(systemTimers, systemClock)
  const placeControls = createOpenControls()
  const relayed = createRelayedCells(settings.pauser ?? 'signal', placeTimers, (cell, call) =>
    outbox.send({ type: 'cellCall', cell, call }),
  )
  let runner: TaskRunner | undefined
  let threads: ThreadCells | undefined
  let lastWords = false

  /**
   * Says why the process ends. Nothing is heard of it afterwards: in a utility process of Electron `process.exit`
   * returns, and code runs on for a moment that no task may be judged by.
   */
  const endWith = (ending: Omit<Extract<FromHost, { type: 'ending' }>, 'type'>): void => {
    if (lastWords) return
    lastWords = true
    runner?.flush()
    log.flush()
    outbox.end({ type: 'ending', ...ending })
    toWatchdog({ type: 'flush' })
    shared.waitFlushed(lastWordsMs)
  }
  const breakpoints = new Map<string, Breakpoint>()
  const load = async (url: string): Promise<void> => {
    const loaded = await loadModule(url, settings.module)
    if (!loaded.ok) {
      outbox.send({ type: 'loadFailed', failure: loaded.failure })
      return
    }
    const { tasks, supervisors, functions, concurrency } = loaded.content
    threads = createThreadCells({
      entry: settings.thread,
      module: { url, path: settings.module },
      timers: placeTimers,
    })
    runner = createTaskRunner({
      source: sourceId(settings.source),
      sink(event) {
        outbox.event(event)
        if (placeControls.size === 0) return
        placeControls.note(event)
        shared.setPlaceControls(placeControls.size)
      },
      parent: hostNodeId,
      gate: outbox.gate,
      tasks,
      functions,
      breakpoints: [...breakpoints.values()],
      ...(concurrency !== undefined && { concurrency }),
      acknowledges: false,
      activate: spans.activate,
      places: { thread: threads, process: relayed.cells },
    })
    runner.emit({ kind: 'node.changed', id: hostNodeId, offers: tasks.map(offerOf) })
    outbox.send({ type: 'loaded', tasks: tasks.map((task) => task.name) })
    for (const supervisor of supervisors) runner.supervise(supervisor)
  }
  /** A breakpoint that is set while the module still loads counts from its first task on. */
  const keepEarly = (command: ControlVerb): boolean => {
    if (command.verb === 'setBreakpoint') breakpoints.set(command.breakpoint.id, command.breakpoint)
    else if (command.verb === 'removeBreakpoint') breakpoints.delete(command.breakpoint)
    else return false
    return true
  }
  const close = async (reason: string): Promise<void> => {
    await runner?.close(reason)
    endWith({ how: 'closed' })
    process.exit(0)
  }

  const inbox = createInbox({
    port,
    take(message: FromWatchdog) {
      switch (message.type) {
        case 'ping':
          return toWatchdog({ type: 'pong' })
        case 'turn':
          return shared.setTurned(message.question)
        case 'load':
          for (const breakpoint of message.breakpoints) breakpoints.set(breakpoint.id, breakpoint)
          return void load(message.url)
        case 'control':
          if (runner === undefined) {
            if (keepEarly(message.request.command)) {
              return outbox.fact({ kind: 'control.effective', control: message.request.id })
            }
            return outbox.fact({
              kind: 'control.refused',
              control: message.request.id,
              reason: `${basename(settings.module)} is still loading`,
            })
          }
          if (message.earlier !== undefined) return runner.again(message.earlier, message.request)
          if (runner.inPlace(message.request)) {
            placeControls.add(message.request.id)
            shared.setPlaceControls(placeControls.size)
          }
          return runner.control(message.request)
        case 'credit':
          return outbox.credit()
        case 'cellTold':
          return relayed.told(message.cell, message.told)
        case 'close':
          return void close(message.reason)
        case 'orphaned':
          lastWords = true
          return process.exit(1)
      }
    },
    takesNow: (message) =>
      message.type === 'cellTold' ||
      (message.type === 'control' && message.earlier === undefined && runner?.inPlace(message.request) === true),
  })
  // Outside of the context of whatever task it meets.
  const visit = AsyncResource.bind(() => {
    try {
      inbox.visit()
      threads?.catchUp()
      placeTimers.runDue()
    } catch (thrown) {
      // It is the same mistake as in a turn of the event loop, and not one of the code that is being visited.
      setImmediate(() => {
        throw thrown
      })
    }
    outbox.flush()
  })
  Object.defineProperty(globalThis, Symbol.for(visitHook), { value: visit })
  // Without its watchdog nobody could hear or stop this process.
  worker.on('error', (error) => {
    lastWords = true
    // Straight to the descriptor: what the stream gets would have to go through the watchdog.
    writeSync(2, `the watchdog of a host failed: ${error.stack ?? error.message}\n`)
    process.exit(1)
  })

  process.on('unhandledRejection', (reason) => outbox.fact(rejectionFinding(reason, hostNodeId)))
  process.on('uncaughtException', (thrown) => {
    endWith({ how: 'crash', error: errorInfo(thrown), ...taskField() })
    process.exit(1)
  })
  process.on('exit', (code) => endWith({ how: 'exit', code, ...taskField() }))
  // A terminal's Ctrl-C reaches every process of the group; the owner of this host decides what it means.
  process.on('SIGINT', () => undefined)
  captureOutput({ currentTask, hostLine: log.write })
}

function taskField(): { readonly task?: TaskId } {
  const task = currentTask()
  return task === undefined ? {} : { task: task.id }
}
