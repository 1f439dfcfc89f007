/**
 * What a command is. There is one list of them (`command-list.ts`); toolbar, menus, palette, shortcut sheet and keys
 * all read it, so that an act has one name, one key and one reason why not.
 */
import type { LucideIcon } from 'lucide-react'
import type { Row } from '../../core/model/row.ts'
import type { WindowModel } from '../state/window-model.ts'
import type { WindowState } from '../state/window-state.ts'

export interface CommandContext {
  readonly model: WindowModel
  readonly state: WindowState
  /** The selected node. */
  readonly row: Row | undefined
}

export type CommandGroup = 'Start' | 'Task' | 'Host' | 'View'

export interface Command {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  readonly icon?: LucideIcon
  /** As `mod+shift+P`, `F8`, `/`; the first is the one that is shown. */
  readonly keys?: readonly string[]
  /** A quiet word after the title. */
  readonly hint?: string
  readonly danger?: boolean
  /** Left out of the palette: it only makes sense by its key. */
  readonly keyOnly?: boolean
  /** `undefined` when it can be used now; else why not, one short sentence without a full stop. */
  readonly whyNot: (context: CommandContext) => string | undefined
  readonly run: (context: CommandContext) => void
}

export function contextOf(model: WindowModel): CommandContext {
  const state = model.store.getState()
  return { model, state, row: state.selection === undefined ? undefined : state.rows.get(state.selection) }
}

/** Runs a command unless there is a reason not to. */
export function runCommand(command: Command, model: WindowModel): void {
  const context = contextOf(model)
  if (command.whyNot(context) === undefined) command.run(context)
}
