import type { TaskEvent } from '../../model/event.ts'

/**
 * A debug function, after OTP's `sys:install`: called with what it returned last, an event of its task and the task's
 * live state. It runs while the event is told, so it must be short. Returning `'done'` removes it; so does a throw,
 * which becomes a finding.
 */
export type DebugFunction = (memory: unknown, event: TaskEvent, state: unknown) => unknown
