/**
 * What it takes to run tasks of ended processes again: remembered by the owner, because the process that knew them is
 * gone. Bounded; the oldest are forgotten first.
 */
import type { TaskEvent } from '../../model/event.ts'
import type { TaskId } from '../../model/identity.ts'
import type { TraceIds } from '../../model/span.ts'
import type { EarlierTask } from '../earlier-task.ts'
import { hostNodeId } from './host-node.ts'

const mostTasks = 10_000
/** UTF-16 code units of all inputs together. */
const mostText = 16 * 1024 * 1024

interface Remembered {
  readonly name: string
  readonly trace: TraceIds
  readonly chain: TaskId
  readonly life: number
  /** JSON; `undefined` for a task without input. */
  readonly input: string | undefined
  /** Its input was cut or is no JSON: it cannot be given again. */
  readonly incomplete: boolean
}

export type Recalled =
  | { readonly known: false }
  /** It belongs to the process that runs now, which knows better. */
  | { readonly known: true; readonly present: true }
  | { readonly known: true; readonly present: false; readonly task: EarlierTask | undefined }

export interface TaskMemory {
  /** Takes every event of the source, also how its host begins another life. */
  note(event: TaskEvent): void
  /** Also takes the number of the next attempt, so no two attempts of a chain are numbered alike. */
  recall(id: TaskId): Recalled
}

export function createTaskMemory(): TaskMemory {
  const tasks = new Map<TaskId, Remembered>()
  const attempts = new Map<TaskId, number>()
  let text = 0
  let life = 0

  const forgetOldest = (): void => {
    const oldest = tasks.entries().next()
    if (oldest.done === true) return
    const [id, task] = oldest.value
    tasks.delete(id)
    attempts.delete(id)
    text -= task.input?.length ?? 0
  }
  return {
    note(event) {
      if (event.kind === 'node.changed' && event.id === hostNodeId && event.status === 'opening') life += 1
      if (event.kind !== 'task.created') return
      const { id, input } = event
      const chain = event.retryOf === undefined ? id : (tasks.get(event.retryOf)?.chain ?? event.retryOf)
      const incomplete = input !== undefined && (input.truncated || input.format !== 'json')
      const kept = incomplete ? undefined : input?.text
      tasks.set(id, { name: event.name, trace: event.trace, chain, life, input: kept, incomplete })
      attempts.set(chain, Math.max(event.attempt, attempts.get(chain) ?? 1))
      text += kept?.length ?? 0
      while (tasks.size > mostTasks || text > mostText) forgetOldest()
    },
    recall(id) {
      const task = tasks.get(id)
      if (task === undefined) return { known: false }
      if (task.life === life) return { known: true, present: true }
      if (task.incomplete) return { known: true, present: false, task: undefined }
      const attempt = (attempts.get(task.chain) ?? 1) + 1
      attempts.set(task.chain, attempt)
      const input: unknown = task.input === undefined ? undefined : JSON.parse(task.input)
      const { name, chain, trace } = task
      return { known: true, present: false, task: { id, name, input, chain, attempt, trace } }
    },
  }
}
