/** What a loaded module offers: its task and supervisor definitions, and plain async functions, found by export. */
import { isSupervisorDefinition, type SupervisorDefinition } from '../define-supervisor.ts'
import { type AnyTaskDefinition, defineTask, isTaskDefinition } from '../define-task.ts'

export interface ModuleContent {
  /** By name, which is unique. */
  readonly tasks: ReadonlyMap<string, AnyTaskDefinition>
  readonly supervisors: readonly SupervisorDefinition[]
}

const asyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new () => object

/**
 * Looks through the exports of an imported bundle. A CommonJS module arrives as one default export: then the
 * properties of that object are looked through too. A definition exported under several names counts once.
 */
export function collectExports(namespace: Readonly<Record<string, unknown>>): ModuleContent {
  const tasks = new Map<string, AnyTaskDefinition>()
  const supervisors = new Set<SupervisorDefinition>()
  const functions = new Map<string, AnyTaskDefinition['run']>()
  const visit = (name: string, value: unknown): void => {
    if (isTaskDefinition(value)) tasks.set(freeName(tasks, value), value)
    else if (isSupervisorDefinition(value)) supervisors.add(value)
    else if (value instanceof asyncFunction) functions.set(functionName(name, value), value as AnyTaskDefinition['run'])
  }
  for (const [name, value] of Object.entries(namespace)) visit(name, value)
  const whole = namespace.default
  if (isPlainContainer(whole)) for (const [name, value] of Object.entries(whole)) visit(name, value)
  for (const [name, run] of functions) {
    // A module's exported helper must not hide a task that says its name.
    if (!tasks.has(name)) tasks.set(name, defineTask({ name, run: (_ctx, input) => run(_ctx, input) }))
  }
  return { tasks, supervisors: [...supervisors] }
}

/** Two definitions of one name stay apart as `name` and `name-2`. */
function freeName(tasks: ReadonlyMap<string, AnyTaskDefinition>, definition: AnyTaskDefinition): string {
  let name = definition.name
  for (let n = 2; tasks.has(name) && tasks.get(name) !== definition; n++) name = `${definition.name}-${n}`
  return name
}

function functionName(exportName: string, value: object): string {
  if (exportName !== 'default') return exportName
  const own = 'name' in value ? String(value.name) : ''
  return own === '' || own.endsWith('_default') ? 'default' : own
}

function isPlainContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isTaskDefinition(value) && !isSupervisorDefinition(value)
}
