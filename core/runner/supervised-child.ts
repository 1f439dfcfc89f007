/** One supervised task: starts its attempts, tells its supervisor how each ended, and stops it when asked. */
import { type Actor, actorText } from '../model/actor.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Why } from '../model/event.ts'
import type { NodeId, TaskId } from '../model/identity.ts'
import type { Child, ChildEnd } from '../supervisor/child-spec.ts'
import { graceOf, type Supervisor } from '../supervisor/supervisor.ts'
import { retry } from './attempts.ts'
import { cancel, cancelAtOnce } from './cancellation.ts'
import type { ControlReply } from './control-reply.ts'
import type { SupervisedTask } from './define-supervisor.ts'
import type { AnyTaskDefinition } from './define-task.ts'
import { formatLine } from './format-value.ts'
import { nextTry } from './retrying.ts'
import type { RunnerCore } from './runner-core.ts'
import { RunnerHandle } from './runner-handle.ts'
import { createTask } from './spawning.ts'
import type { Task, TaskOrigin } from './task.ts'

export class SupervisedChild {
  /** The newest attempt. */
  newest: TaskId | undefined = undefined
  /** The attempt that has not ended. */
  living: Task | undefined = undefined
  readonly #runner: RunnerCore
  readonly #owner: { readonly id: NodeId; readonly name: string }
  readonly #child: SupervisedTask
  readonly #definition: AnyTaskDefinition
  readonly #supervisor: () => Supervisor
  /** The attempt that ended last: the chain goes on from it, also where the runner remembers no ended task. */
  #last: { readonly ended: TaskOrigin; readonly end: ChildEnd } | undefined
  /** Who has this child started the next time. */
  #startedBy: Actor

  constructor(
    runner: RunnerCore,
    owner: { readonly id: NodeId; readonly name: string },
    child: SupervisedTask,
    definition: AnyTaskDefinition,
    supervisor: () => Supervisor,
  ) {
    this.#runner = runner
    this.#owner = owner
    this.#child = child
    this.#definition = definition
    this.#supervisor = supervisor
    this.#startedBy = this.#asActor()
  }

  /** The next start is the supervisor's own. */
  restartsBySupervisor(): void {
    this.#startedBy = this.#asActor()
  }

  async start(signal: AbortSignal): Promise<Child> {
    const task = this.#createAttempt()
    const ended = new Promise<ChildEnd>((resolve) => this.#follow(task, 1, resolve))
    const child: Child = {
      ended,
      stop: async (shutdown, reason) => {
        this.#shutDown(reason, graceOf(shutdown))
        await ended
      },
    }
    const giveUp = (): void => this.#shutDown('shutdown', 0)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await new RunnerHandle(task).started
    } catch (thrown) {
      // A person who cancels a child before it runs has terminated it: that is an end, not a failed start.
      if (task.cancellation?.cause !== 'cancel') throw thrown
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
    return child
  }

  /** Ends the attempt that lives at once, whatever its specification says and however it is being stopped. */
  kill(reason: string): void {
    if (this.living !== undefined) cancelAtOnce(this.living, { cause: 'supervisor', by: this.#asActor(), reason })
  }

  #asActor(): Actor {
    return { kind: 'supervisor', name: this.#owner.name }
  }

  /** Its own retry comes first: the supervisor hears only of an end after which nothing follows by itself. */
  #follow(task: Task, tries: number, ended: (end: ChildEnd) => void): void {
    this.living = task
    this.newest = task.id
    task.origin.restart = (request, reply) => this.#restart(request, reply)
    task.onEnded = () => {
      const next = task.begun && task.result !== undefined ? nextTry(task, task.result, tries) : undefined
      if (next === undefined) ended(this.#attemptEnded(task))
      else this.#follow(next, tries + 1, ended)
    }
  }

  #shutDown(reason: string, graceMs: number): void {
    if (this.living !== undefined) cancel(this.living, { cause: 'supervisor', by: this.#asActor(), reason, graceMs })
  }

  #createAttempt(): Task {
    const by = this.#startedBy
    this.#startedBy = this.#asActor()
    if (this.#last !== undefined) {
      const { ended, end } = this.#last
      return retry(this.#runner, ended.id, ended, { by, why: whyRestarted(by, end) })
    }
    const { input, id } = this.#child
    const task = createTask(this.#runner, {
      definition: this.#definition,
      input,
      options: { parent: this.#owner.id, by, ...(id !== this.#definition.name && { label: id }) },
    })
    this.#runner.starts.add(task)
    return task
  }

  #attemptEnded(task: Task): ChildEnd {
    const end = endOf(task)
    this.#last = { ended: task.origin, end }
    if (this.living === task) this.living = undefined
    return end
  }

  #restart(request: ControlRequest, reply: ControlReply): boolean {
    const supervisor = this.#supervisor()
    if (this.living !== undefined) {
      reply.refused(`attempt ${this.living.attempt} runs`)
      return true
    }
    if (!supervisor.accepts()) return false
    this.#startedBy = request.by
    void supervisor.restartChild(this.#child.id).then((refusal) => {
      if (refusal === undefined) reply.effective(`as ${this.living?.id ?? this.#last?.ended.id ?? 'a new attempt'}`)
      else reply.refused(refusal)
    })
    return true
  }
}

function whyRestarted(by: Actor, end: ChildEnd): Why {
  return { text: `restarted by ${actorText(by)}`, detail: `after ${end.reason}` }
}

/** `sys:terminate` with a reason: OTP takes `normal` and `shutdown` for a normal end, all else for a crash. */
function terminatedEnd(reason: string): ChildEnd {
  const kind = reason === 'normal' || reason === 'shutdown' ? reason : 'crash'
  return { kind, reason }
}

/** How a task's end counts for its supervisor. What a person cancelled or killed is terminated, whatever became of it. */
function endOf(task: Task): ChildEnd {
  const { result, cancellation } = task
  const reason = result?.status === 'failed' ? formatLine(`${result.error.name}: ${result.error.message}`, 200) : ''
  if (cancellation?.cause === 'cancel' && !cancellation.restarts)
    return { kind: 'terminated', reason: 'it was cancelled' }
  if (cancellation?.cause === 'cancel' && result?.status === 'cancelled') return terminatedEnd(result.reason)
  // Its place was ended by force, and not because the grace of a cancel was over.
  if (cancellation === undefined && result?.status === 'failed' && result.kind === 'killed')
    return { kind: 'terminated', reason: 'it was killed' }
  switch (result?.status) {
    case 'completed':
      return { kind: 'normal', reason: 'it completed' }
    case 'cancelled':
      return { kind: 'shutdown', reason: result.reason }
    default:
      return { kind: 'crash', reason }
  }
}
