/**
 * How a module says what its tasks are. A definition is plain data and a function; it can be recognised across copies
 * of this module (a bundled task module brings its own).
 */
import type { Actor } from '../model/actor.ts'
import type { Why } from '../model/event.ts'
import type { ControlId, NodeId } from '../model/identity.ts'
import type { Isolation, Offer } from '../model/node.ts'
import { callerModule } from './caller-module.ts'
import { type InputSchema, jsonSchemaOf, type StandardInputSchema } from './input-schema.ts'
import { checkRetryPolicy, type RetryPolicy } from './retry-policy.ts'
import type { ProgressUpdate, TaskContext } from './task-context.ts'

const taskSupports = ['required', 'optional', 'forbidden']
const taskMark = Symbol.for('taskscope.task')
const isolations: readonly Isolation[] = ['inline', 'thread', 'process']

export type TaskFunction<Input, Result, State = Record<string, unknown>> = (
  ctx: TaskContext<Input, State>,
  input: Input,
) => Result | Promise<Result>

export interface TaskOptions<Input, Result, State> {
  /** Shown in the tree and chosen by it: kebab-case by custom. */
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** JSON Schema, or a zod ≥ 4 schema, which also checks and types the input. */
  readonly input?: InputSchema | StandardInputSchema<Input>
  /** Limit of the time spent in `running`, milliseconds. None by default. */
  readonly timeoutMs?: number
  /**
   * Where the function runs. `inline`, the default: on the event loop of its host, with others. `thread`: in a worker
   * thread of its own. `process`: in a process of its own. Whatever is not inline must be an export of its module, with
   * an input that can be cloned (https://developer.mozilla.org/docs/Web/API/Web_Workers_API/Structured_clone_algorithm);
   * the children that it spawns run inside its place.
   */
  readonly isolation?: Isolation
  /**
   * URL of the module that exports it, for `thread` and `process`: its place imports that. The file that calls
   * `defineTask` by default; `import.meta.url` where that is called by a function of another file.
   */
  readonly module?: string
  /** Limit of the JavaScript heap in MB, for `thread` and `process`. A task that needs more fails as `exit`. */
  readonly memoryMb?: number
  /**
   * How it is offered as a tool to MCP clients: only as a task, never as one, or as the client likes (the default).
   * Within Taskscope it always runs as a task.
   */
  readonly taskSupport?: 'required' | 'optional' | 'forbidden'
  /**
   * Tries again by itself after a failure, each time as a further attempt. Of a supervised task the supervisor hears
   * only when the last of these has failed; each of its restarts begins them anew.
   */
  readonly retry?: RetryPolicy
  /** How many tasks of this definition may run at once; the others wait as `pending`. No limit by default. */
  readonly concurrency?: number
  /** Makes the task's live state when it starts. */
  readonly state?: () => State
  /** What tells a task from its siblings, from its input. */
  readonly label?: (input: Input) => string
  readonly run: TaskFunction<Input, Result, State>
}

export interface TaskDefinition<Input = unknown, Result = unknown, State = Record<string, unknown>>
  extends TaskOptions<Input, Result, State> {
  readonly [taskMark]: true
}

/** A definition whose types do not matter here. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are contravariant, so no other type accepts every definition
export type AnyTaskDefinition = TaskDefinition<any, any, any>

/** What can be run: a definition, or a bare function for a task that needs no name of its own. */
export type Runnable<Input, Result> =
  // biome-ignore lint/suspicious/noExplicitAny: the state's type is the function's own affair
  TaskDefinition<Input, Result, any> | TaskFunction<Input, Result>

export interface SpawnOptions {
  /** The id to use; it must be free within this source. One is made when absent. */
  readonly id?: string
  readonly name?: string
  readonly label?: string
  /** Overrides the definition's. Milliseconds of running. */
  readonly timeoutMs?: number
  /** The token that `onProgress` is called with: the caller's own, never another. */
  readonly progressToken?: string | number
  /** Called at most once per 16 ms with the newest progress. */
  readonly onProgress?: (progress: ProgressUpdate & { readonly token?: string | number }) => void
}

export interface SubmitOptions extends SpawnOptions {
  /** The node under which the task is shown; the runner's own parent node by default. */
  readonly parent?: NodeId
  /** W3C trace context of the caller (https://www.w3.org/TR/trace-context/#traceparent-header). */
  readonly traceparent?: string
  readonly by?: Actor
  readonly why?: Why
  /** The control that asked for it. */
  readonly control?: ControlId
  /** Holds the task before its first statement. */
  readonly holdFor?: Actor
}

/**
 * Defines a task. Throws a `TypeError` for what cannot be one.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRunner, defineTask } from 'taskscope'
 *
 * const fetchPage = defineTask({
 *   name: 'fetch-page',
 *   timeoutMs: 30_000,
 *   retry: { attempts: 3, backoffMs: 10 },
 *   label: (input: { path: string }) => input.path,
 *   run: async (ctx, { path }) => {
 *     await ctx.checkpoint('before the request')
 *     if (ctx.id.endsWith('#2')) return `${path} came`
 *     throw new Error('connection reset')
 *   },
 * })
 *
 * const runner = createRunner()
 * const handle = runner.submit(fetchPage, { path: '/a' })
 * // A failed task is data: neither promise rejects.
 * assert.equal((await handle.outcome).status, 'failed')
 * assert.deepEqual(await handle.final, { status: 'completed', value: '/a came' })
 * await runner.close('done')
 * ```
 */
export function defineTask<Input = unknown, Result = unknown, State = Record<string, unknown>>(
  options: TaskOptions<Input, Result, State>,
): TaskDefinition<Input, Result, State> {
  if (typeof options.name !== 'string' || options.name === '') throw new TypeError('a task needs a name')
  if (typeof options.run !== 'function') throw new TypeError(`task ${options.name} needs a run function`)
  if (options.timeoutMs !== undefined && !(options.timeoutMs > 0)) {
    throw new TypeError(`timeoutMs of task ${options.name} must be more than 0`)
  }
  if (options.taskSupport !== undefined && !taskSupports.includes(options.taskSupport)) {
    throw new TypeError(`taskSupport of task ${options.name} must be one of ${taskSupports.join(', ')}`)
  }
  if (options.isolation !== undefined && !isolations.includes(options.isolation)) {
    throw new TypeError(`isolation of task ${options.name} must be one of ${isolations.join(', ')}`)
  }
  if (options.memoryMb !== undefined && !(options.memoryMb > 0)) {
    throw new TypeError(`memoryMb of task ${options.name} must be more than 0`)
  }
  if (options.memoryMb !== undefined && (options.isolation ?? 'inline') === 'inline') {
    throw new TypeError(`task ${options.name}: memoryMb needs isolation thread or process`)
  }
  if (options.retry !== undefined) checkRetryPolicy(options.name, options.retry)
  if (options.concurrency !== undefined && !(Number.isInteger(options.concurrency) && options.concurrency > 0)) {
    throw new TypeError(`concurrency of task ${options.name} must be a whole number of 1 or more`)
  }
  if ((options.isolation ?? 'inline') === 'inline') return Object.freeze({ ...options, [taskMark]: true as const })
  const module = options.module ?? callerModule(defineTask)
  return Object.freeze({ ...options, ...(module !== undefined && { module }), [taskMark]: true as const })
}

/** Whether a module's export is a task definition, made by this copy of the library or another. */
export function isTaskDefinition(value: unknown): value is AnyTaskDefinition {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[taskMark] === true
}

/** A definition as a node offers it. */
export function offerOf(definition: AnyTaskDefinition): Offer {
  const inputSchema = jsonSchemaOf(definition.input)
  return {
    name: definition.name,
    ...(definition.title !== undefined && { title: definition.title }),
    ...(definition.description !== undefined && { description: definition.description }),
    ...(inputSchema !== undefined && { inputSchema }),
    // The default goes without saying: the window would ask how to run what it always runs as a task.
    ...(definition.taskSupport !== undefined &&
      definition.taskSupport !== 'optional' && { taskSupport: definition.taskSupport }),
  }
}
