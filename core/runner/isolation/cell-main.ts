/**
 * Inside a cell: imports the module, runs one of its tasks with a runner of its own, and says everything that happens.
 * The task and its children run here as inline tasks do, on this event loop; who holds or cancels them is decided
 * outside and only carried out here.
 */

import { placeOwner } from '../adoption.ts'
import { cancel } from '../cancellation.ts'
import { currentTask } from '../current-task.ts'
import { addHold, holdingOf } from '../holding.ts'
import { captureOutput } from '../host/output-capture.ts'
import { captureUserSpans } from '../host/user-spans.ts'
import { loadModule } from '../module/load-module.ts'
import type { ModuleContent } from '../module/module-exports.ts'
import { answer } from '../questions.ts'
import { rejectionFinding } from '../rejection-finding.ts'
import { resume, step } from '../suspension.ts'
import { sysOf } from '../sys/sys-of.ts'
import type { Task } from '../task.ts'
import { createTaskRunner, type TaskRunner } from '../task-runner.ts'
import { type CellModule, cellHook, type FromCell, type ToCell } from './cell-messages.ts'
import { toCellOutcome, uncloneable } from './cell-outcome.ts'

export interface CellMainOptions {
  readonly module: CellModule
  /** Throws a `DataCloneError` for what cannot be cloned. */
  readonly post: (message: FromCell) => void
}

/** Starts to load the module; gives the way in. */
export function runCell({ module, post }: CellMainOptions): (message: ToCell) => void {
  process.setSourceMapsEnabled(true)
  let content: ModuleContent | undefined
  let running: { readonly runner: TaskRunner; readonly root: Task } | undefined
  let urgent = false

  const spans = captureUserSpans({
    current: currentTask,
    onSpan: (task, span) => running?.runner.emit({ kind: 'span.ended', task: task ?? running.root.id, span }),
  })
  captureOutput({ currentTask, hostLine: (line) => running?.root.writeLine(line) })
  process.on('unhandledRejection', (reason) => {
    if (running !== undefined) running.runner.emit(rejectionFinding(reason, running.root.id))
  })

  const load = async (): Promise<void> => {
    const loaded = await loadModule(module.url, module.path)
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
      post({ type: 'settled', outcome })
    } catch (thrown) {
      post({ type: 'settled', outcome: uncloneable(outcome, thrown instanceof Error ? thrown.message : 'it is odd') })
    }
  }
  const run = ({ task, stepping }: Extract<ToCell, { readonly type: 'run' }>): void => {
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
    })
    const { id, name, input, trace, attempt, chain } = task
    const root = runner.adopt({ definition, id, name, input, trace, attempt, chain, stepping })
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

  const take = (message: ToCell): void => {
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
      case 'answer': {
        const { call, requestId, given, by } = message
        answer(root, requestId, given, by, {
          effective: () => post({ type: 'answered', call }),
          refused: (refusal) => post({ type: 'answered', call, refusal }),
        })
        return
      }
    }
  }
  const hook = (text: string): void => {
    urgent = true
    try {
      take(JSON.parse(text) as ToCell)
    } finally {
      urgent = false
    }
  }
  Object.defineProperty(globalThis, Symbol.for(cellHook), { value: hook })
  void load()
  return take
}
