/** Makes tasks: fresh ones, children, and further attempts of ended ones. */
import { actorText } from '../model/actor.ts'
import { eventVersion, type TaskCreated, type Why } from '../model/event.ts'
import { nodeId, type TaskId } from '../model/identity.ts'
import type { Mutable } from '../model/mutable.ts'
import type { BlankEvent } from '../model/stamp.ts'
import { chooseTraceIds } from '../model/trace-ids.ts'
import { adoptBreakpoints } from './breakpoints/breakpoint-list.ts'
import {
  type AnyTaskDefinition,
  defineTask,
  isTaskDefinition,
  type Runnable,
  type SpawnOptions,
  type SubmitOptions,
} from './define-task.ts'
import { formatLine, formatValue, longestLabel } from './format-value.ts'
import { holdingOf, isHeld } from './holding.ts'
import { InlineChildHandle } from './inline-child-handle.ts'
import type { InlineExecutor } from './inline-executor.ts'
import type { RunnerCore } from './runner-core.ts'
import { Task } from './task.ts'
import { DuplicateTaskId, TaskRefused } from './task-errors.ts'
import type { ChildHandle } from './task-handle.ts'

export interface TaskRequest {
  readonly definition: AnyTaskDefinition
  readonly input: unknown
  readonly parent?: Task | undefined
  readonly options: SubmitOptions
  /** For a further attempt. */
  readonly again?: {
    readonly attempt: number
    readonly chain: TaskId
    readonly retryOf: TaskId
    readonly trace: TaskCreated['trace']
  }
}

/** Makes a task and tells of it. It is pending; the caller decides when it is queued for its start. */
export function createTask(runner: RunnerCore, request: TaskRequest): Task {
  const { definition, input, parent, options, again } = request
  if (runner.closed) throw new TaskRefused('the runner is closed')
  const id = chooseId(runner, options.id)
  const name = formatLine(options.name ?? definition.name, longestLabel)
  const parentNode = parent?.id ?? options.parent ?? runner.parentNode
  const trace = again?.trace ?? chooseTraceIds(runner.ids, parent?.trace, options.traceparent)
  const timeoutMs = options.timeoutMs ?? definition.timeoutMs
  const label = options.label === undefined ? labelOf(definition, input) : formatLine(options.label, longestLabel)
  const executor = runner.places[definition.isolation ?? 'inline'] ?? runner.executor
  const task = new Task(runner, executor, {
    id,
    definition,
    name,
    label,
    input,
    parent,
    parentNode,
    trace,
    attempt: again?.attempt ?? 1,
    chain: again?.chain ?? id,
    options,
    timeoutMs,
    restart: undefined,
  })
  runner.live.set(id, task)
  if (parent !== undefined) {
    parent.children ??= new Set()
    parent.children.add(task)
  }
  adoptBreakpoints(task)
  const created = creationOf(task, request)
  runner.emit(created, created.at)
  return task
}

/** Fields are set one by one: conditional spreads would take longer than all else of a task's creation. */
function creationOf(task: Task, { options, again }: TaskRequest): BlankEvent<TaskCreated> {
  const created: Mutable<BlankEvent<TaskCreated>> = {
    v: eventVersion,
    source: task.runner.source,
    seq: 0,
    at: task.runner.clock.now(),
    kind: 'task.created',
    id: task.id,
    node: 'task',
    name: task.name,
    isolation: task.executor.isolation,
    attempt: task.attempt,
    trace: task.trace,
    capabilities: task.executor.capabilities,
  }
  const why = whyCreated(options)
  if (task.label !== undefined) created.label = task.label
  if (task.parentNode !== undefined) created.parent = task.parentNode
  if (again !== undefined) created.retryOf = again.retryOf
  if (task.input !== undefined) created.input = formatValue(task.input)
  if (task.timeoutMs !== undefined) created.timeoutMs = task.timeoutMs
  if (why !== undefined) created.why = why
  if (options.control !== undefined) created.control = options.control
  return created
}

function chooseId(runner: RunnerCore, wanted: string | undefined): TaskId {
  if (wanted !== undefined) {
    const id = nodeId(wanted)
    if (runner.live.has(id) || runner.guests.has(id) || runner.history.get(id) !== undefined)
      throw new DuplicateTaskId(wanted)
    return id
  }
  for (;;) {
    const id = runner.ids.taskId() as TaskId
    if (!runner.live.has(id)) return id
  }
}

function labelOf(definition: AnyTaskDefinition, input: unknown): string | undefined {
  if (definition.label === undefined) return undefined
  try {
    return formatLine(definition.label(input), longestLabel)
  } catch {
    // The input has not been checked yet; a task without a label is better than none.
    return undefined
  }
}

function whyCreated(options: SubmitOptions): Why | undefined {
  return options.why ?? (options.by === undefined ? undefined : { text: `started by ${actorText(options.by)}` })
}

/** The definition behind what may be a bare function. */
export function definitionOf<Input, Result>(
  runner: RunnerCore,
  runnable: Runnable<Input, Result>,
  options: SpawnOptions,
): AnyTaskDefinition {
  if (typeof runnable === 'function') {
    const name = options.name ?? (runnable.name === '' ? 'task' : runnable.name)
    // The same function is often run many times in a row.
    const known = runner.lastBare
    if (known?.run === runnable && known.name === name) return known
    runner.lastBare = defineTask({ name, run: runnable })
    return runner.lastBare
  }
  if (!isTaskDefinition(runnable)) throw new TypeError('neither a task definition nor a function')
  return runnable
}

/** Makes a child. While its parent is wanted still it waits, and starts when the parent is released. */
export function spawnChild<Input, Result>(
  parent: Task,
  runnable: Runnable<Input, Result>,
  input: Input | undefined,
  options: SpawnOptions,
  executor: InlineExecutor,
): ChildHandle<Result> {
  const { runner } = parent
  const definition = definitionOf(runner, runnable, options)
  const held = isHeld(parent)
  const submit: SubmitOptions = held ? { ...options, why: { text: `held with ${parent.name}` } } : options
  const task = createTask(runner, { definition, input, parent, options: submit })
  if (held) holdingOf(parent).heldStarts.push(task)
  else runner.starts.add(task)
  return new InlineChildHandle<Result>(task, executor)
}
