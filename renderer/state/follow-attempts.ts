/**
 * A person who runs a task again wants to see the new attempt: it becomes the selection when it appears, unless something
 * else has been selected meanwhile.
 */
import type { Dispose } from '../../core/model/dispose.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import type { WindowModel } from './window-model.ts'

export function followAttempts(model: WindowModel): Dispose {
  let awaited: { readonly of: NodeKey; readonly known: ReadonlySet<NodeKey> } | undefined
  const ends = [
    model.onSent(({ target, command }) => {
      if (command.verb === 'retry') awaited = { of: target, known: new Set(attemptsAfter(target, model)) }
    }),
    model.onChange(({ changed }) => {
      if (awaited === undefined) return
      const { rows, selection } = model.store.getState()
      if (selection !== awaited.of) {
        awaited = undefined
        return
      }
      for (const key of changed) {
        if (awaited.known.has(key) || !isAttemptAfter(awaited.of, rows.get(key))) continue
        awaited = undefined
        model.select(key)
        return
      }
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function isAttemptAfter(task: NodeKey, row: Row | undefined): boolean {
  return row !== undefined && isTaskRow(row) && row.retryOf === task
}

function* attemptsAfter(task: NodeKey, model: WindowModel): Generator<NodeKey> {
  for (const row of model.store.getState().rows.values()) if (isAttemptAfter(task, row)) yield row.key
}
