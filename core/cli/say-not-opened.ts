import { visibleText } from '../model/visible-text.ts'
import { exitCodes } from './exit-code.ts'
import type { OpenedModule } from './opened-module.ts'
import type { Terminal } from './terminal.ts'

/** Says why a module could not be opened; gives the exit code for it. */
export function sayNotOpened(failure: Extract<OpenedModule, { ok: false }>, terminal: Terminal): number {
  terminal.err(visibleText(`taskscope: ${failure.error}`))
  if (failure.detail !== undefined) terminal.err(visibleText(failure.detail))
  return exitCodes.notStarted
}
