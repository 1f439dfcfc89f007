/** What a loaded module offers: its task and supervisor definitions, and plain async functions, found by export. */
import { isSupervisorDefinition, type SupervisorDefinition } from '../define-supervisor.ts'
import { type AnyTaskDefinition, defineTask, isTaskDefinition } from '../define-task.ts'
import type { ModuleFunction } from '../sys/sys-book.ts'

export interface ModuleContent {
  /** Their names are unique. */
  readonly tasks: readonly AnyTaskDefinition[]
  readonly supervisors: readonly SupervisorDefinition[]
  /** Exported plain functions that are no tasks, by name: breakpoints and debug functions may ask them. */
  readonly functions: ReadonlyMap<string, ModuleFunction>
  /** `export const concurrency = n`: how many of its tasks may run at once. */
  readonly concurrency: number | undefined
}

const asyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new () => object

/**
 * Looks through the exports of an imported bundle. A CommonJS module arrives as one default export: then the
 * properties of that object are looked through too. A definition exported under several names counts once.
 */
export function collectExports(namespace: Readonly<Record<string, unknown>>): ModuleContent {
  const found = new Set<AnyTaskDefinition>()
  const supervisors = new Set<SupervisorDefinition>()
  const functions = new Map<string, AnyTaskDefinition['run']>()
  const plain = new Map<string, ModuleFunction>()
  const visit = (name: string, value: unknown): void => {
    if (isTaskDefinition(value)) found.add(value)
    else if (isSupervisorDefinition(value)) supervisors.add(value)
    else if (value instanceof asyncFunction) functions.set(functionName(name, value), value as AnyTaskDefinition['run'])
    else if (typeof value === 'function') plain.set(name, value as ModuleFunction)
  }
  for (const [name, value] of Object.entries(namespace)) visit(name, value)
  const whole = namespace.default
  if (isContainer(whole)) for (const [name, value] of Object.entries(whole)) visit(name, value)

  const tasks = new Map<string, AnyTaskDefinition>()
  for (const definition of found) {
    const name = freeName(tasks, definition.name)
    tasks.set(name, name === definition.name ? definition : defineTask({ ...definition, name }))
  }
  // A module's exported helper must not hide a task that says its name.
  for (const [name, run] of functions) if (!tasks.has(name)) tasks.set(name, defineTask({ name, run }))
  return {
    tasks: [...tasks.values()],
    supervisors: [...supervisors],
    functions: plain,
    concurrency: limitOf(namespace.concurrency ?? (isContainer(whole) ? whole.concurrency : undefined)),
  }
}

function limitOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
}

/** Two definitions of one name stay apart as `name` and `name-2`. */
function freeName(taken: ReadonlyMap<string, unknown>, wanted: string): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`
  return name
}

function functionName(exportName: string, value: object): string {
  if (exportName !== 'default') return exportName
  const own = 'name' in value ? String(value.name) : ''
  return own === '' || own.endsWith('_default') ? 'default' : own
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isTaskDefinition(value) && !isSupervisorDefinition(value)
}
