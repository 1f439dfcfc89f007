/** From `pending` to `running`: the input is checked, the live state made, then the function is called. */
import { failToStart } from './ending.ts'
import { type InputSchema, type Validated, validateInput } from './input-schema.ts'
import type { Task } from './task.ts'
import { InvalidInput } from './task-errors.ts'
import { transition } from './transition.ts'

/** Starts a pending task. What goes wrong before its function is called fails it. */
export function startTask(task: Task): void {
  const { executor } = task
  if (executor.admit === undefined) startAdmitted(task)
  else executor.admit(task, () => startAdmitted(task))
}

function startAdmitted(task: Task): void {
  const { input } = task.definition
  if (input === undefined) begin(task)
  else beginWith(input, task)
}

/** Begins once the schema has checked the input. */
function beginWith(schema: InputSchema, task: Task): void {
  let checked: Validated | Promise<Validated>
  try {
    checked = validateInput(schema, task.input)
  } catch (thrown) {
    failToStart(task, thrown)
    return
  }
  if (!(checked instanceof Promise)) {
    beginChecked(task, checked)
    return
  }
  checked.then(
    (result) => {
      if (task.state === 'pending') beginChecked(task, result)
    },
    (thrown: unknown) => {
      if (task.state === 'pending') failToStart(task, thrown)
    },
  )
}

function beginChecked(task: Task, checked: Validated): void {
  if (!checked.valid) {
    failToStart(task, new InvalidInput(checked.reason))
    return
  }
  task.origin.input = checked.value
  begin(task)
}

function begin(task: Task): void {
  // The live state of a task that runs in a place of its own is made there.
  const here = task.executor.isolation === 'inline'
  if (here && task.definition.state !== undefined && task.liveState === undefined) {
    try {
      task.liveState = task.definition.state()
    } catch (thrown) {
      failToStart(task, thrown)
      return
    }
  }
  transition(task, 'running')
  task.startedWaiter?.resolve()
  task.executor.run(task)
}
