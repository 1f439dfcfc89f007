/**
 * The one door for application commands: checks who speaks, parses what is said, and turns every failure into one
 * readable sentence. Handlers behind it see typed input only.
 */
import { ipcMain } from 'electron'
import { z } from 'zod'
import type { AppCommandName, AppCommands, CommandResult } from '../../core/feed/app-commands.ts'
import { channels } from './channels.ts'
import { isCommandName, parseCommandInput } from './command-schemas.ts'
import { isOwnPage } from './sender.ts'

export type CommandHandlers = {
  readonly [Name in AppCommandName]: (
    input: AppCommands[Name]['input'],
  ) => Promise<CommandResult<AppCommands[Name]['output']>> | CommandResult<AppCommands[Name]['output']>
}

export function openCommandDoor(handlers: CommandHandlers): void {
  ipcMain.handle(channels.command, async (event, name: unknown, input: unknown): Promise<CommandResult<unknown>> => {
    if (!isOwnPage(event.senderFrame)) return { ok: false, error: 'this page may not command the application' }
    if (!isCommandName(name)) return { ok: false, error: `there is no command ${JSON.stringify(name)?.slice(0, 80)}` }
    return run(handlers, name, input)
  })
}

async function run<Name extends AppCommandName>(
  handlers: CommandHandlers,
  name: Name,
  input: unknown,
): Promise<CommandResult<unknown>> {
  try {
    return await handlers[name](parseCommandInput(name, input))
  } catch (error) {
    if (error instanceof z.ZodError) {
      return { ok: false, error: `${name} was not understood`, detail: z.prettifyError(error) }
    }
    return { ok: false, error: `${name} failed`, detail: error instanceof Error ? error.message : String(error) }
  }
}
