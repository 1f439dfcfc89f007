import { isTaskRow } from '../../core/model/row.ts'
import { useRow } from '../state/hooks.ts'
import { useModel, useWindow } from '../state/window-context.tsx'
import { type Command, contextOf, runCommand } from './command.ts'
import { command } from './command-list.ts'

export interface CommandUse {
  readonly command: Command
  readonly whyNot: string | undefined
  readonly run: () => void
}

/** A command as it stands now, with its reason why not; follows the selected row. */
export function useCommand(id: string): CommandUse {
  const model = useModel()
  const row = useRow(useWindow((state) => state.selection))
  // The owner decides about its host; its row changes by itself.
  useWindow((state) => (row !== undefined && isTaskRow(row) ? state.structure : state.tick))
  const found = command(id)
  return { command: found, whyNot: found.whyNot(contextOf(model)), run: () => runCommand(found, model) }
}
