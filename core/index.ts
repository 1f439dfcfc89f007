/**
 * Taskscope as a library, for plain Node 20 or later: define tasks, run them, supervise them, and see everything that
 * happens to them as events. No Electron, no OpenTelemetry SDK.
 */
export type { Actor } from './model/actor.ts'
export type { BreakOn, Breakpoint, BreakScope } from './model/breakpoint.ts'
export type { TaskEvent, TaskEventKind } from './model/event.ts'
export type { InputAnswer } from './model/input-question.ts'
export type { FailureKind, LifecycleState } from './model/lifecycle.ts'
export type { ErrorInfo, Payload } from './model/payload.ts'
export type { StateChange } from './model/state-change.ts'
export type { StatePredicate } from './model/state-predicate.ts'
export type { DebugHook, DebugSettings, TaskLog, TaskStatistics, TaskStatus } from './model/task-debug.ts'
export {
  defineSupervisor,
  type SupervisedTask,
  type SupervisorDefinition,
  type SupervisorOptions,
} from './runner/define-supervisor.ts'
export {
  defineTask,
  type Runnable,
  type SpawnOptions,
  type SubmitOptions,
  type TaskDefinition,
  type TaskFunction,
  type TaskOptions,
} from './runner/define-task.ts'
export { createRunner, type Runner, type RunnerOptions } from './runner/library-runner.ts'
export { createSupervisor } from './runner/library-supervisor.ts'
export type { RetryFailure, RetryPolicy } from './runner/retry-policy.ts'
export type { SupervisorHandle } from './runner/supervisor-handle.ts'
export type { DebugFunction } from './runner/sys/debug-function.ts'
export type { FunctionHook, TaskDebugger } from './runner/sys/task-debugger.ts'
export type { InputRequest, LogLevel, ProgressUpdate, TaskContext } from './runner/task-context.ts'
export {
  AssertionBroken,
  ChildCancelled,
  ChildFailed,
  DuplicateTaskId,
  InjectedFault,
  InputTimedOut,
  InvalidInput,
  SysRefused,
  TaskCancelled,
  TaskNotStarted,
  TaskRefused,
} from './runner/task-errors.ts'
export type { ChildHandle, ControlResult, TaskHandle, TaskOutcome } from './runner/task-handle.ts'
