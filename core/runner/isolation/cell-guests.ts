/**
 * The tasks that live inside the cell of another: children that its code spawned. They are run and told by the cell;
 * here is known which are open, so that they are held with their cell, controlled through it, and end with it.
 */
import type { Actor } from '../../model/actor.ts'
import type { TaskEventBody } from '../../model/event.ts'
import type { TaskId } from '../../model/identity.ts'
import type { LifecycleState } from '../../model/lifecycle.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import { createOpenNodes } from '../host/open-nodes.ts'

export interface CellGuests {
  /** Notes an event that is about to be told. */
  note(event: TaskEventBody): void
  /** The facts that say that they stand still with their cell. */
  hold(withName: string): readonly TaskEventBody[]
  /** The facts that say that they go on. */
  release(): readonly TaskEventBody[]
  /** The facts that end them, children first. */
  endAll(end: { readonly text: string; readonly error: ErrorInfo; readonly by?: Actor }): readonly TaskEventBody[]
}

export function createCellGuests(): CellGuests {
  const nodes = createOpenNodes()
  const heldFrom = new Map<TaskId, LifecycleState>()
  const noted = (event: TaskEventBody): TaskEventBody => {
    nodes.note(event)
    return event
  }
  return {
    note: nodes.note,
    hold(withName) {
      // What is held by itself already, or is on its way out, is told nothing new.
      const open = nodes.tasks().filter(({ state }) => state === 'running' || state === 'input_required')
      return open.map(({ id, state }) => {
        heldFrom.set(id, state)
        return noted({ kind: 'task.state', id, from: state, to: 'suspended', why: { text: `held with ${withName}` } })
      })
    },
    release() {
      const held = [...heldFrom]
      heldFrom.clear()
      return held.map(([id, to]) => noted({ kind: 'task.state', id, from: 'suspended', to }))
    },
    endAll: ({ text, error, by }) =>
      nodes.endAll({ text, error, errorName: 'PlaceEnded', ...(by !== undefined && { by }) }),
  }
}
