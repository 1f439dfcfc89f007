import type { ControlName } from '../../../core/model/control.ts'
import type { LifecycleState } from '../../../core/model/lifecycle.ts'
import type { TaskRow } from '../../../core/model/row.ts'
import { created, createScene, keyOf, taskRow } from '../registry/scene.ts'

export const controlNamesOfTasks: readonly ControlName[] = [
  'suspend',
  'resume',
  'step',
  'cancel',
  'kill',
  'retry',
  'answer',
]

/** A task in a state, whose source can do everything unless the test says otherwise. */
export function rowIn(state: LifecycleState, facts: Partial<TaskRow> = {}): TaskRow {
  const { registry, emit } = createScene()
  emit(created('a', { capabilities: Object.fromEntries(controlNamesOfTasks.map((name) => [name, true])) }))
  return { ...taskRow(registry, keyOf('a')), state, ...facts }
}
