/**
 * What the executor of a task and the cell that runs it say to each other. Both are our own code of one build. Values
 * of the task travel by structured clone.
 */
import { fileURLToPath } from 'node:url'
import type { Actor } from '../../model/actor.ts'
import { assert } from '../../model/assert.ts'
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { TaskEvent } from '../../model/event.ts'
import type { SourceId, TaskId } from '../../model/identity.ts'
import type { InputAnswer } from '../../model/input-question.ts'
import type { CancelCause, FailureKind } from '../../model/lifecycle.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { TraceIds } from '../../model/span.ts'
import type { StateChange } from '../../model/state-change.ts'
import type { DebugHook } from '../../model/task-debug.ts'
import type { LoadFailure } from '../module/load-failure.ts'

/** Under which name a debugger finds the way into a cell whose own event loop stands still. */
export const cellHook = 'taskscope.cell'

/** Where the definition is found. */
export interface CellModule {
  /** URL of what is imported. */
  readonly url: string
  /** Absolute path of the person's own file, for sentences. */
  readonly path: string
}

/** The module that a definition names, not bundled. */
export function moduleAt(url: string | undefined): CellModule {
  assert(url !== undefined, 'a task in a place of its own knows its module')
  return { url, path: url.startsWith('file:') ? fileURLToPath(url) : url }
}

/** A task as its cell needs to know it. */
export interface CellTask {
  readonly source: SourceId
  readonly id: TaskId
  /** By which the module offers it. */
  readonly offer: string
  readonly name: string
  readonly label: string | undefined
  readonly input: unknown
  readonly trace: TraceIds
  readonly attempt: number
  readonly chain: TaskId
}

/** How the task ended in its cell. */
export type CellOutcome =
  | { readonly status: 'completed'; readonly value: unknown }
  | { readonly status: 'cancelled' }
  | {
      readonly status: 'failed'
      readonly kind: FailureKind
      readonly error: ErrorInfo
      /** What was thrown, where it is no Error and can be cloned. */
      readonly thrown?: { readonly value: unknown }
    }

/** To the cell. */
export type ToCell =
  /** `stepping`: hold it at its first checkpoint. */
  | {
      readonly type: 'run'
      readonly task: CellTask
      readonly stepping: boolean
      /** Where it and its children are to be held, and what is hung on it. */
      readonly breakpoints: readonly Breakpoint[]
      readonly hooks: readonly DebugHook[]
    }
  | { readonly type: 'setBreakpoint'; readonly breakpoint: Breakpoint }
  | { readonly type: 'removeBreakpoint'; readonly id: string }
  | { readonly type: 'install'; readonly hook: DebugHook }
  | { readonly type: 'uninstall'; readonly id: string }
  | { readonly type: 'cancel'; readonly cause: CancelCause; readonly by: Actor; readonly reason: string }
  /** Hold the task at its next checkpoint, and say that it has come there. */
  | { readonly type: 'arm' }
  /** Nobody holds it any more. */
  | { readonly type: 'go' }
  /** Tell every single event, or fold them again. */
  | { readonly type: 'trace'; readonly on: boolean }
  /** A control that only the cell can carry out, for the task or one inside it. */
  | { readonly type: 'control'; readonly request: ControlRequest }
  | {
      readonly type: 'answer'
      readonly call: number
      readonly requestId: string
      readonly given: InputAnswer
      readonly by: Actor
    }
  /** A copy of the live state, for a program. */
  | { readonly type: 'copyState'; readonly call: number }
  | { readonly type: 'changeState'; readonly call: number; readonly change: StateChange; readonly by: Actor }

/** From the cell. */
export type FromCell =
  | { readonly type: 'loaded' }
  | { readonly type: 'loadFailed'; readonly failure: LoadFailure }
  /** `urgent`: the answer to a control that was carried out while the cell stood still. */
  | { readonly type: 'event'; readonly event: TaskEvent; readonly urgent?: true }
  /** It stands at a checkpoint that was armed. */
  | { readonly type: 'arrived'; readonly at: string }
  | { readonly type: 'answered'; readonly call: number; readonly refusal?: string; readonly effect?: string }
  | { readonly type: 'stateCopied'; readonly call: number; readonly state: unknown }
  /** `wasHeld`: a breakpoint has held it at this end already. */
  | { readonly type: 'settled'; readonly outcome: CellOutcome; readonly wasHeld: boolean }
