/**
 * Inside a cell: imports the module, runs one of its tasks with a runner of its own, and says everything that happens.
 * The task and its children run here as inline tasks do, on this event loop; who holds or cancels them is decided
 * outside and only carried out here.
 */

import { systemTimers } from '../../system/system-clock.ts'
import { placeOwner } from '../adoption.ts'
import { cancel } from '../cancellation.ts'
import type { ControlReply } from '../control-reply.ts'
import { currentTask } from '../current-task.ts'
import { errorInfo } from '../error-info.ts'
import { addHold, holdingOf } from '../holding.ts'
import { captureOutput } from '../host/output-capture.ts'
import { captureUserSpans } from '../host/user-spans.ts'
import { loadModule } from '../module/load-module.ts'
import { whileLoading } from '../module/loading-place.ts'
import type { ModuleContent } from '../module/module-exports.ts'
import { answer } from '../questions.ts'
import { rejectionFinding } from '../rejection-finding.ts'
import { resume, step } from '../suspension.ts'
import { installHook, removeHook } from '../sys/hooks.ts'
import { replaceState } from '../sys/replace-state.ts'
import { sysOf } from '../sys/sys-of.ts'
import type { Task } from '../task.ts'
import { createTaskRunner, type TaskRunner } from '../task-runner.ts'
import { type CellModule, cellHook, type FromCell, type ToCell } from './cell-messages.ts'
import { toCellOutcome, uncloneable } from './cell-outcome.ts'

export interface CellMainOptions {
  readonly module: CellModule
  /** Whether what the task writes also goes to the streams of the process. */
  readonly echo: boolean
  /** Throws a `DataCloneError` for what cannot be cloned. */
  readonly post: (message: FromCell) => void
  /** What has come meanwhile, also when the event loop has not turned; in order. */
  readonly arrived?: () => readonly ToCell[]
}

/** What changes how the next checkpoint or progress is looked at, and runs none of the task's code. */
const looksOnly: ReadonlySet<ToCell['type']> = new Set([
  'trace',
  'setBreakpoint',
  'removeBreakpoint',
  'install',
  'uninstall',
  'copyState',
  'changeState',
])

/** Starts to load the module; gives the way in. */
export function runCell({ module, echo, post, arrived }: CellMainOptions): (message: ToCell) => void {
  process.setSourceMapsEnabled(true)
  let content: ModuleContent | undefined
  let running: { readonly runner: TaskRunner; readonly root: Task } | undefined
  let urgent = false

  const spans = captureUserSpans({
    current: currentTask,
    onSpan: (task, span) => running?.runner.emit({ kind: 'span.ended', task: task ?? running.root.id, span }),
    onOpen: (task, span) => running?.runner.emit({ kind: 'span.started', task, span }),
    timers: systemTimers,
  })
  captureOutput({ currentTask, hostLine: (line) => running?.root.writeLine(line), echo })
  process.on('unhandledRejection', (reason) => {
    if (running !== undefined) running.runner.emit(rejectionFinding(reason, running.root.id))
  })

  const load = async (): Promise<void> => {
    const loaded = await whileLoading(() => loadModule(module.url, module.path))
    if (!loaded.ok) {
      post({ type: 'loadFailed', failure: loaded.failure })
      return
    }
    content = loaded.content
    post({ type: 'loaded' })
  }
  const settle = (root: Task): void => {
    if (root.result === undefined) return
    const outcome = toCellOutcome(root.result)
    try {
      post({ type: 'settled', outcome, wasHeld: root.sys?.endPassed === true })
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'it is odd'
      post({ type: 'settled', outcome: uncloneable(outcome, reason), wasHeld: false })
    }
  }
  const run = ({ task, stepping, breakpoints, hooks }: Extract<ToCell, { readonly type: 'run' }>): void => {
    const definition = content?.tasks.find((each) => each.name === task.offer)
    if (definition === undefined) {
      post({ type: 'loadFailed', failure: { text: `${task.offer} is no task that its module exports` } })
      return
    }
    const runner = createTaskRunner({
      source: task.source,
      sink: (event) => post({ type: 'event', event, ...(urgent && { urgent }) }),
      acknowledges: false,
      activate: spans.activate,
      promptSamples: true,
      beforeSample: beforeCheckpoint,
      breakpoints,
      ...(content !== undefined && { functions: content.functions }),
    })
    const { id, name, label, input, trace, attempt, chain } = task
    const root = runner.adopt({ definition, id, name, label, input, trace, attempt, chain, stepping, hooks })
    running = { runner, root }
    root.onEnded = settle
    if (stepping) tellArrival(root)
  }
  /** Answers the step that is under way. */
  const tellArrival = (root: Task): void => {
    holdingOf(root).steps.push({
      effective: () => {
        const at = root.state === 'suspended' ? root.holding?.entries.at(-1)?.hold.at : undefined
        if (at !== undefined) post({ type: 'arrived', at })
      },
      refused: () => undefined,
    })
  }
  const arm = (root: Task): void => {
    if (root.ended || root.cancellation !== undefined || root.holding?.stepping === true) return
    if (root.state === 'suspended') step(root, placeOwner)
    else {
      addHold(root, placeOwner, undefined)
      holdingOf(root).stepping = true
    }
    tellArrival(root)
  }

  const replyTo = (call: number): ControlReply => ({
    effective: (effect) => post({ type: 'answered', call, ...(effect !== undefined && { effect }) }),
    refused: (refusal) => post({ type: 'answered', call, refusal }),
  })
  const copyState = (root: Task, call: number): void => {
    try {
      post({ type: 'stateCopied', call, state: root.liveState })
    } catch (thrown) {
      post({ type: 'answered', call, refusal: `its state cannot be copied: ${errorInfo(thrown).message}` })
    }
  }

  /** What came in the middle of the task's code and may call it: that waits until the code has returned. */
  let later: ToCell[] = []
  const takeLater = (): void => {
    const waiting = later
    later = []
    for (const message of waiting) carryOut(message)
  }
  const catchUp = (isOnlyHold: (message: ToCell) => boolean): void => {
    for (const message of arrived?.() ?? []) {
      if (looksOnly.has(message.type) || (later.length === 0 && isOnlyHold(message))) carryOut(message)
      else if (later.push(message) === 1) setImmediate(takeLater)
    }
  }
  const isHoldWish = ({ type }: ToCell): boolean => type === 'arm' || type === 'go'
  /** A step holds a task that is not held here at the very checkpoint that it is about to come to. */
  const beforeCheckpoint = (): void => catchUp((message) => isHoldWish(message) && running?.root.state !== 'suspended')
  const take = (message: ToCell): void => {
    if (later.length > 0) later.push(message)
    else carryOut(message)
  }
  const carryOut = (message: ToCell): void => {
    if (message.type === 'run') {
      run(message)
      return
    }
    if (running === undefined) return
    const { runner, root } = running
    switch (message.type) {
      case 'cancel': {
        const { cause, by, reason } = message
        // The grace is counted outside, where a thread that never turns its loop cannot stop the clock.
        cancel(root, { cause, by, reason, graceMs: Number.POSITIVE_INFINITY })
        return
      }
      case 'arm':
        arm(root)
        return
      case 'go':
        resume(root, placeOwner, true)
        return
      case 'control':
        runner.control(message.request)
        return
      case 'trace':
        sysOf(root).trace = message.on
        return
      case 'setBreakpoint':
        runner.setBreakpoint(message.breakpoint)
        return
      case 'removeBreakpoint':
        runner.removeBreakpoint(message.id)
        return
      case 'install':
        installHook(root, message.hook)
        return
      case 'uninstall':
        removeHook(root, message.id)
        return
      case 'copyState':
        copyState(root, message.call)
        return
      case 'changeState': {
        const { call, change, by } = message
        replaceState(root, change, by, replyTo(call))
        return
      }
      case 'answer': {
        const { call, requestId, given, by } = message
        answer(root, requestId, given, by, replyTo(call))
        return
      }
    }
  }
  const hook = (text: string): void => {
    // What was sent before it and could not be read yet: a step that was let go must not undo the one that comes now.
    catchUp(isHoldWish)
    urgent = true
    try {
      carryOut(JSON.parse(text) as ToCell)
    } finally {
      urgent = false
    }
  }
  Object.defineProperty(globalThis, Symbol.for(cellHook), { value: hook })
  void load()
  return take
}
