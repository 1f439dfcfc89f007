/** The named errors of the runner: all that it ever throws at, or rejects for, those who use it as they may. */
import type { Actor } from '../model/actor.ts'
import type { TaskId } from '../model/identity.ts'
import type { CancelCause } from '../model/lifecycle.ts'
import { duplicateIdCode } from '../model/outcome.ts'
import type { ErrorInfo } from '../model/payload.ts'

/** The id asked for is taken within this source. */
export class DuplicateTaskId extends Error {
  override readonly name = 'DuplicateTaskId'
  readonly code = duplicateIdCode
  constructor(id: string) {
    super(`a task ${JSON.stringify(id)} exists already`)
  }
}

/** The runner is closed, or the parent takes no more children. */
export class TaskRefused extends Error {
  override readonly name = 'TaskRefused'
}

/** Why `started` rejected. */
export class TaskNotStarted extends Error {
  override readonly name = 'TaskNotStarted'
  readonly id: TaskId
  constructor(id: TaskId, reason: string) {
    super(`task ${id} did not start: ${reason}`)
    this.id = id
  }
}

/** The reason of a cancelled task's signal, and what its checkpoints reject with. */
export class TaskCancelled extends Error {
  override readonly name = 'TaskCancelled'
  readonly code = 'ABORT_ERR'
  readonly by: Actor
  readonly why: CancelCause
  constructor(reason: string, by: Actor, why: CancelCause) {
    // Made for every cancelled task: its stack would show only the runner, and cost more than all else of a cancel.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(reason)
    Error.stackTraceLimit = stackTraceLimit
    this.by = by
    this.why = why
  }
}

/** What awaiting a child throws when it was cancelled by itself. */
export class ChildCancelled extends Error {
  override readonly name = 'ChildCancelled'
  readonly id: TaskId
  constructor(id: TaskId, reason: string) {
    super(reason)
    this.id = id
  }
}

/** What awaiting a child throws when it failed without throwing: it timed out, or was abandoned. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed'
  readonly id: TaskId
  constructor(id: TaskId, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.id = id
  }
}

/** Nobody answered a question in the time that its task gave. */
export class InputTimedOut extends Error {
  override readonly name = 'InputTimedOut'
}

/** The input does not fit the task's schema. `code` is JSON-RPC's for invalid params. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  readonly code = -32602
}

/** The input of a task cannot be given to the place of its own in which it runs. */
export class InputNotCloneable extends Error {
  override readonly name = 'InputNotCloneable'
}

/** The module could not be loaded again in the place of its own in which a task runs. */
export class ModuleNotLoaded extends Error {
  override readonly name = 'ModuleNotLoaded'
  constructor(text: string, reason: ErrorInfo | undefined) {
    super(text)
    if (reason?.stack !== undefined) this.stack = reason.stack
  }
}

/** Thrown by a checkpoint because a debug function wants it so. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'
}

/** Thrown by a checkpoint at which an assertion about the task's state does not hold. */
export class AssertionBroken extends Error {
  override readonly name = 'AssertionBroken'
}

/** A debugging verb was refused, or not answered in time. */
export class SysRefused extends Error {
  override readonly name = 'SysRefused'
}

/** Thrown by `ctx.exit`; it unwinds the task's function. */
export class TaskExit extends Error {
  override readonly name = 'TaskExit'
  readonly reason: unknown
  constructor(reason: unknown) {
    super('the task ended itself')
    this.reason = reason
  }
}
