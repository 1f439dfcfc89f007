/** The headless program behind the `taskscope` command: every verb that needs no window. It never starts Electron. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyzeCommand } from '../mcp/analyze/analyze-command.ts'
import { labCommand } from '../mcp/lab/lab-command.ts'
import { proxyCommand } from '../mcp/proxy/proxy-command.ts'
import { runWrap } from '../mcp/proxy/wrap-process.ts'
import { systemClock, systemTimers } from '../system/system-clock.ts'
import { readCommandLine, usage } from './command-line.ts'
import { execTask } from './exec.ts'
import { exitCodes } from './exit-code.ts'
import { fixCommand } from './fix.ts'
import { listTasks } from './list.ts'
import type { ModuleSurroundings } from './opened-module.ts'
import { serveCommand } from './serve.ts'
import { createProcessTerminal, type Terminal } from './terminal.ts'

/**
 * @param argv the words after `taskscope`.
 * @returns the exit code.
 */
export function main(argv: readonly string[]): Promise<number> {
  const folder = dirname(fileURLToPath(import.meta.url))
  const entries = {
    host: join(folder, 'host.js'),
    watchdog: join(folder, 'watchdog.js'),
    thread: join(folder, 'thread.js'),
    process: join(folder, 'process.js'),
    library: join(folder, 'taskscope.js'),
  }
  const [verb, ...words] = argv
  if (verb === 'wrap') return runWrap(words)
  if (verb === 'analyze') return analyzeCommand(words, createProcessTerminal())
  const receiverEntry = join(folder, 'receiver.js')
  const surroundings = { entries, receiverEntry, env: process.env, cwd: process.cwd(), version: versionOf(folder) }
  const terminal = createProcessTerminal()
  const streams = { input: process.stdin, output: process.stdout }
  if (verb === 'serve') return serveCommand(words, surroundings, { ...terminal, ...streams })
  if (verb === 'fix') return fixCommand(words, surroundings, terminal)
  if (verb === 'proxy') {
    const ended = new Promise<void>((resolve) => terminal.onInterrupt(resolve))
    return proxyCommand(words, { ...terminal, env: process.env, clock: systemClock, timers: systemTimers, ended })
  }
  if (verb === 'lab') return labCommand(words, { ...terminal, ...streams }, surroundings)
  return runCommandLine(argv, surroundings, terminal)
}

/** The verbs that only print, with everything around them handed in. */
export async function runCommandLine(
  argv: readonly string[],
  surroundings: ModuleSurroundings,
  terminal: Terminal,
): Promise<number> {
  const command = readCommandLine(argv)
  switch (command.verb) {
    case 'help':
      terminal.out(usage.trimEnd())
      return exitCodes.completed
    case 'refused':
      terminal.err(`taskscope: ${command.reason}; "taskscope exec --help" tells what there is`)
      return exitCodes.usage
    case 'list':
      return await listTasks(command, surroundings, terminal)
    case 'exec':
      return await execTask(command, surroundings, terminal)
  }
}

/** The built program lies two folders below the package it belongs to. */
function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8')) as {
    readonly version: string
  }
  return version
}
