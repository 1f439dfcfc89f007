import { endedWord } from '../model/capability.ts'
import type { Task } from './task.ts'

/** Why nothing can be done with a task that has ended: "it has been cancelled". The window says the same. */
export function endedText({ state, result }: Task): string {
  return `it has ${endedWord({ state, ...(result?.status === 'failed' && { failure: result.kind }) })}`
}
