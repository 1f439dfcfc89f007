/**
 * What is alive in a host process as its owner knows it from the events that went through. When the process dies
 * without a word, this is what still has to be told an end, so no task is left open for ever.
 */
import type { Actor } from '../../model/actor.ts'
import type { TaskEventBody } from '../../model/event.ts'
import type { NodeId, TaskId } from '../../model/identity.ts'
import { type CancelCause, isTerminal, type LifecycleState } from '../../model/lifecycle.ts'
import type { Isolation } from '../../model/node.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import { hostNodeId } from './host-node.ts'

interface OpenTask {
  readonly id: TaskId
  readonly name: string
  readonly isolation: Isolation | undefined
  /** Its code runs on the host's own main thread. */
  readonly onMain: boolean
  state: LifecycleState
  cause: CancelCause | undefined
}

/** How a process ended, as its tasks tell it. */
export interface ProcessEnd {
  /** "host was ended by SIGKILL". */
  readonly text: string
  readonly error?: ErrorInfo
  /** Names the error that its tasks are told; `HostEnded` by default. */
  readonly errorName?: string
  /** A person ended it on purpose: running tasks were killed; otherwise their process was lost to them. */
  readonly by?: Actor
}

export interface OpenNodes {
  /** Notes one event of the process. */
  note(event: TaskEventBody): void
  /** The tasks that are open, oldest first. */
  tasks(): readonly { readonly id: TaskId; readonly name: string; readonly state: LifecycleState }[]
  /** Names of the tasks that are open and do not wait to start, oldest first. */
  names(): readonly string[]
  /** Those of them whose code runs on the host's main thread, and how many run elsewhere. */
  onMain(): { readonly names: readonly string[]; readonly elsewhere: number }
  /** The facts that end everything that is still open, children first. Nothing is open afterwards. */
  endAll(end: ProcessEnd): readonly TaskEventBody[]
}

export function createOpenNodes(): OpenNodes {
  // Insertion order is age: a child is always created after its parent.
  const tasks = new Map<TaskId, OpenTask>()
  const supervisors = new Set<NodeId>()
  /** The children of a task in a place of its own run there too. */
  const parentOnMain = (parent: NodeId | undefined): boolean =>
    parent === undefined || tasks.get(parent)?.onMain !== false
  return {
    note(event) {
      switch (event.kind) {
        case 'task.created':
          tasks.set(event.id, {
            id: event.id,
            name: event.name,
            isolation: event.isolation,
            onMain: (event.isolation ?? 'inline') === 'inline' && parentOnMain(event.parent),
            state: 'pending',
            cause: undefined,
          })
          return
        case 'task.state': {
          if (isTerminal(event.to)) {
            tasks.delete(event.id)
            return
          }
          const task = tasks.get(event.id)
          if (task === undefined) return
          task.state = event.to
          task.cause = event.cause ?? task.cause
          return
        }
        case 'node.opened':
        case 'node.changed':
          if (event.id === hostNodeId) return
          if (event.status === 'closed' || event.status === 'failed' || event.status === 'lost')
            supervisors.delete(event.id)
          else supervisors.add(event.id)
          return
        default:
          return
      }
    },
    tasks: () => [...tasks.values()],
    names: () => [...tasks.values()].filter((task) => task.state !== 'pending').map((task) => task.name),
    onMain() {
      const begun = [...tasks.values()].filter((task) => task.state !== 'pending')
      const here = begun.filter((task) => task.onMain)
      return { names: here.map((task) => task.name), elsewhere: begun.length - here.length }
    },
    endAll(end) {
      const ends = [...tasks.values()].reverse().map((task) => endTask(task, end))
      const closed = [...supervisors]
        .reverse()
        .map((id): TaskEventBody => ({ kind: 'node.changed', id, status: 'closed', why: { text: end.text } }))
      tasks.clear()
      supervisors.clear()
      return [...ends, ...closed]
    },
  }
}

function endTask(task: OpenTask, end: ProcessEnd): TaskEventBody {
  const outcome = outcomeOf(task, end)
  return {
    kind: 'task.state',
    id: task.id,
    from: task.state,
    to: outcome.status,
    ...(end.by === undefined ? {} : { by: end.by }),
    why: { text: end.text },
    outcome,
  }
}

function outcomeOf(task: OpenTask, end: ProcessEnd): Outcome {
  // A shutdown by a supervisor has its outcome fixed before: how the process went changes nothing about it.
  if (task.state === 'cancelling' && task.cause === 'supervisor') {
    return { status: 'cancelled', by: { kind: 'supervisor' }, reason: 'shutdown' }
  }
  // A process of its own could have gone on: it has lost its parent.
  const gone = task.isolation === 'process' ? 'orphaned' : 'exit'
  const kind = end.by !== undefined && task.state !== 'pending' ? 'killed' : gone
  const error: ErrorInfo = {
    name: end.errorName ?? 'HostEnded',
    message: end.text,
    ...(end.error === undefined ? {} : { cause: end.error }),
  }
  return { status: 'failed', kind, error }
}
