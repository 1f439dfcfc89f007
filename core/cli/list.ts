import type { Command } from './command-line.ts'
import { exitCodes } from './exit-code.ts'
import { offerLines } from './offer-text.ts'
import { type ModuleSurroundings, withModule } from './opened-module.ts'
import { sayNotOpened } from './say-not-opened.ts'
import type { Terminal } from './terminal.ts'

/** Prints the tasks of a module with what they take. */
export function listTasks(
  command: Extract<Command, { verb: 'list' }>,
  surroundings: ModuleSurroundings,
  terminal: Terminal,
): Promise<number> {
  return withModule(command.module, surroundings, async (opened) => {
    if (!opened.ok) return sayNotOpened(opened, terminal)
    if (command.json) terminal.out(JSON.stringify(opened.offers, undefined, 2))
    else for (const offer of opened.offers) for (const line of offerLines(offer)) terminal.out(line)
    return exitCodes.completed
  })
}
