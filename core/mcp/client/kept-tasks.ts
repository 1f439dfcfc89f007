/**
 * What is remembered of a server's open tasks beyond the connection, so that they can be found again: on the modern wire
 * the id of a task is the only handle on it. Nothing of inputs or results is kept.
 */
import type { EraName } from '../eras/era.ts'

export interface KeptTask {
  readonly taskId: string
  readonly tool: string
  readonly era: EraName
}

/** The memory for the tasks of one server. */
export interface KeptTasks {
  read(): readonly KeptTask[]
  keep(task: KeptTask): void
  forget(taskId: string): void
}

/** Remembers nothing. */
export const noKeptTasks: KeptTasks = {
  read: () => [],
  keep: () => undefined,
  forget: () => undefined,
}
