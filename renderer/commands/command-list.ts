/** Every command of the window, in the order in which menus and the palette list them. */
import { assert } from '../../core/model/assert.ts'
import type { Command } from './command.ts'
import { debugCommands } from './debug-commands.ts'
import { sourceCommands } from './source-commands.ts'
import { startCommands } from './start-commands.ts'
import { taskCommands } from './task-commands.ts'
import { traceCommands } from './trace-commands.ts'
import { viewCommands } from './view-commands.ts'

export const commands: readonly Command[] = [
  ...startCommands,
  ...taskCommands,
  ...debugCommands,
  ...sourceCommands,
  ...traceCommands,
  ...viewCommands,
]

const byId: ReadonlyMap<string, Command> = new Map(commands.map((command) => [command.id, command]))

/** A command by its id, when there is one: ids also come from the application's menu. */
export function findCommand(id: string): Command | undefined {
  return byId.get(id)
}

/** A command that is known to exist. */
export function command(id: string): Command {
  const found = byId.get(id)
  assert(found !== undefined, `no command is called ${id}`)
  return found
}
