/** What a loaded module offers: its task and supervisor definitions, and plain async functions, found by export. */
import { isSupervisorDefinition, type SupervisorDefinition } from '../define-supervisor.ts'
import { type AnyTaskDefinition, defineTask, isTaskDefinition } from '../define-task.ts'

export interface ModuleContent {
  /** Their names are unique. */
  readonly tasks: readonly AnyTaskDefinition[]
  readonly supervisors: readonly SupervisorDefinition[]
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
  const visit = (name: string, value: unknown): void => {
    if (isTaskDefinition(value)) found.add(value)
    else if (isSupervisorDefinition(value)) supervisors.add(value)
    else if (value instanceof asyncFunction) functions.set(functionName(name, value), value as AnyTaskDefinition['run'])
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
  return { tasks: [...tasks.values()], supervisors: [...supervisors] }
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
