/**
 * A person who runs something, for the first time or again, wants to see it: the new task becomes the selection when its
 * row appears, unless something else has been selected meanwhile.
 */
import type { ControlRequest } from '../../core/model/control.ts'
import type { Dispose } from '../../core/model/dispose.ts'
import type { NodeKey } from '../../core/model/identity.ts'
import { isTaskRow, type Row, type TaskRow } from '../../core/model/row.ts'
import type { WindowModel } from './window-model.ts'

interface Awaited {
  readonly request: ControlRequest
  /** Rows like the awaited one that were there before it was asked for. */
  readonly known: ReadonlySet<NodeKey>
  /** What was selected then. */
  readonly selection: NodeKey | undefined
  /** The new task, once its row is there. */
  readonly started?: NodeKey
}

export function followStarted(model: WindowModel): Dispose {
  let awaited: Awaited | undefined

  /** Only when the dialog that started it has closed: until then it follows the detail of the source. */
  function show({ started, selection: before }: Awaited): void {
    const { dialog, rows, selection } = model.store.getState()
    if (started === undefined || dialog?.kind === 'run') return
    awaited = undefined
    if (selection === before && rows.has(started)) model.select(started)
  }

  const ends = [
    model.onSent((request) => {
      const { verb } = request.command
      if (verb !== 'start' && verb !== 'retry') return
      const { rows, selection } = model.store.getState()
      awaited = { request, known: new Set(startedBy(request, rows.values()).map(({ key }) => key)), selection }
    }),
    model.onChange(({ changed }) => {
      if (awaited === undefined || awaited.started !== undefined) return
      const { request, known } = awaited
      const { rows, selection } = model.store.getState()
      if (selection !== awaited.selection || isRefused(request, rows)) {
        awaited = undefined
        return
      }
      const news = changed.flatMap((key) => (known.has(key) ? [] : (rows.get(key) ?? [])))
      // Several come at once when a frozen view goes on; the newest is what was asked for here.
      const [newest] = startedBy(request, news).toSorted((one, other) => other.ord - one.ord)
      if (newest === undefined) return
      awaited = { ...awaited, started: newest.key }
      show(awaited)
    }),
    model.store.subscribe((state, last) => {
      if (awaited !== undefined && state.dialog !== last.dialog) show(awaited)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** A row does not name the control that made it: what is where it was asked for, and called like it, is taken for it. */
function startedBy({ target, command }: ControlRequest, rows: Iterable<Row>): readonly TaskRow[] {
  const found: TaskRow[] = []
  for (const row of rows) {
    if (!isTaskRow(row)) continue
    if (command.verb === 'retry' && row.retryOf === target) found.push(row)
    // A later attempt at an earlier task of that name was not started here.
    if (command.verb === 'start' && row.parent === target && row.name === command.offer && row.retryOf === undefined) {
      found.push(row)
    }
  }
  return found
}

function isRefused({ id, target }: ControlRequest, rows: ReadonlyMap<NodeKey, Row>): boolean {
  const control = rows.get(target)?.control
  return control?.request.id === id && control.refusedAt !== undefined
}
