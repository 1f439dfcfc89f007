/**
 * What a person (or program) may ask of a task or node, and the life of such a wish: requested, acknowledged,
 * effective; or refused; or without an answer. The three facts are never folded into one.
 */
import type { Actor } from './actor.ts'
import type { Breakpoint } from './breakpoint.ts'
import type { ControlId, NodeKey } from './identity.ts'
import type { InputAnswer } from './input-question.ts'
import type { StateChange } from './state-change.ts'
import type { DebugHook } from './task-debug.ts'

/** Where a step ends. `statement`: only where the task's own thread can be stopped in the middle. */
export type StepEnd = 'checkpoint' | 'statement'

/** The verb of a control, with what it needs. */
export type ControlVerb =
  /** Hold a task's own code; with `subtree`, also that of every task under it. */
  | { readonly verb: 'suspend'; readonly subtree?: boolean }
  /** Release your newest hold; with `all`, every hold; with `subtree`, also of every task under it. */
  | { readonly verb: 'resume'; readonly all?: boolean; readonly subtree?: boolean }
  /** Run a held task to its next checkpoint (unless `to` says statement), keeping the holds. */
  | { readonly verb: 'step'; readonly to?: StepEnd }
  | { readonly verb: 'cancel' }
  | { readonly verb: 'kill' }
  /** Run an ended task again with the same input, as a linked attempt. */
  | { readonly verb: 'retry' }
  /** Carry out the fix that a finding of this rule offers. */
  | { readonly verb: 'fix'; readonly rule: string }
  /** Run one of a node's offers. `input` is plain JSON; `traceparent` is the W3C trace context of who asks. */
  | {
      readonly verb: 'start'
      readonly offer: string
      readonly input: unknown
      readonly asTask?: boolean
      readonly traceparent?: string
    }
  | { readonly verb: 'answer'; readonly requestId: string; readonly answer: InputAnswer }
  /** Format the task's live state. */
  | { readonly verb: 'getState' }
  /** Change the live state: at once where the task stands still, else at its next checkpoint. */
  | { readonly verb: 'replaceState'; readonly change: StateChange }
  | { readonly verb: 'getStatus' }
  | { readonly verb: 'getStatistics' }
  /** Keep the newest `size` events of the task, none with 0; always tells what is kept. */
  | { readonly verb: 'log'; readonly size?: number }
  /** Write every event of the task as one JSON line to this file of the host's machine, or stop doing so. */
  | { readonly verb: 'logToFile'; readonly file: string | false }
  /** Tell every single event of the task: nothing is folded. */
  | { readonly verb: 'trace'; readonly on: boolean }
  /** Hang a debug function on the task; one of the same id is replaced. */
  | { readonly verb: 'install'; readonly hook: DebugHook }
  | { readonly verb: 'remove'; readonly hook: string }
  /** Take off everything that the five verbs before hung on the task. */
  | { readonly verb: 'noDebug' }
  /** End the task with a reason after it has unwound. Unlike `cancel` it leaves a restart to the supervisor. */
  | { readonly verb: 'terminate' }
  /** On a host: keep a breakpoint there; one of the same id is replaced. */
  | { readonly verb: 'setBreakpoint'; readonly breakpoint: Breakpoint }
  | { readonly verb: 'removeBreakpoint'; readonly breakpoint: string }
  /** Stop every task of a host by stopping its main thread; `thaw` lets it go on. */
  | { readonly verb: 'freeze' }
  | { readonly verb: 'thaw' }
  /** The stack of a host's main thread as it runs. */
  | { readonly verb: 'takeStack' }
  /** End a host as a crash would: its supervisor starts it again within its budget. */
  | { readonly verb: 'crash' }
  /** End a host; its supervisor does not start it again. */
  | { readonly verb: 'stop' }
  /** Let a person authorize us at the server of a connection, in their browser. */
  | { readonly verb: 'authorize' }
  /** End a host or connection and start it anew; for a host with watched sources, on the new code. */
  | { readonly verb: 'restart' }

export type ControlName = ControlVerb['verb']

export interface ControlRequest {
  readonly id: ControlId
  readonly target: NodeKey
  readonly by: Actor
  /** Free text that is shown, and handed to the task with a cancel. */
  readonly reason?: string
  /** Milliseconds since the Unix epoch, on the requester's clock. */
  readonly requestedAt: number
  readonly command: ControlVerb
}

/** The OTP `sys` limit: after this long without an acknowledgement or effect a control reads "no answer". */
export const noAnswerAfterMs = 5000

/** One control as views show it. Times are milliseconds since the Unix epoch. */
export interface ControlRecord {
  readonly request: ControlRequest
  readonly acknowledgedAt?: number
  readonly effectiveAt?: number
  /** What it cost or met, in a few words: "held for 8.0 s", "at chunk 402". */
  readonly effect?: string
  readonly refusedAt?: number
  readonly refusal?: string
  /** Set when `noAnswerAfterMs` passed; an answer may still come. */
  readonly noAnswerAt?: number
}

/** Whether anything more can be expected of this control. */
export function isSettled(control: ControlRecord): boolean {
  return control.effectiveAt !== undefined || control.refusedAt !== undefined
}
