/**
 * `taskscope serve`: the tasks of a module as MCP tools, over both wires. The module runs in a host of its own, as under
 * every other verb; this process only speaks MCP, so a module that blocks or crashes does not take the server with it.
 */

import { basename } from 'node:path'
import { createMcpServer } from '../mcp/serve/mcp-server.ts'
import { readPort, type ServingIo, serveUntilDone } from '../mcp/serve/serving.ts'
import { createSourceToolbox, type SourceToolbox } from '../mcp/serve/source-toolbox.ts'
import { linkToWindow, type WindowLink } from '../mcp/serve/window-link.ts'
import type { OrderedEvent } from '../model/event.ts'
import type { EventSubject } from '../model/event-subject.ts'
import { visibleText } from '../model/visible-text.ts'
import { systemClock, systemTimers } from '../system/system-clock.ts'
import { createEventText } from './event-text.ts'
import { exitCodes } from './exit-code.ts'
import { type ModuleSurroundings, type OpenedModule, withModule } from './opened-module.ts'
import { sayNotOpened } from './say-not-opened.ts'

const serveUsage = `taskscope serve FILE [--http PORT]

Serves the tasks of a module as MCP tools, over stdio, or over HTTP at http://127.0.0.1:PORT/mcp (0 takes a free port).
Both wires are spoken: revision 2025-11-25 and the extension io.modelcontextprotocol/tasks of 2026-07-28.
While Taskscope's window is open it shows these tasks and controls them; without it they run all the same.
`

type Open = Extract<OpenedModule, { ok: true }>

/** @param argv the words after `taskscope serve`. */
export function serveCommand(
  argv: readonly string[],
  surroundings: ModuleSurroundings,
  io: ServingIo,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(serveUsage.trimEnd())
    return Promise.resolve(exitCodes.completed)
  }
  const command = readServeCommand(argv)
  if (typeof command === 'string') {
    io.err(`taskscope serve: ${command}; "taskscope serve --help" tells what there is`)
    return Promise.resolve(exitCodes.usage)
  }
  const { module, port } = command
  const text = createEventText(systemClock.now())
  let toolbox: SourceToolbox | undefined
  let link: WindowLink | undefined
  /** What happened before the module was open, for the application. */
  const early: OrderedEvent[] = []
  const event = (happened: OrderedEvent, subject: EventSubject | undefined): void => {
    toolbox?.see(happened)
    if (link === undefined) early.push(happened)
    else link.see(happened)
    for (const line of text.lines(happened, subject?.row)) io.err(line)
  }
  return withModule(
    module,
    surroundings,
    async (opened) => {
      if (!opened.ok) return sayNotOpened(opened, io)
      toolbox = toolboxOf(opened)
      const { workspace, source } = opened
      link = linkToWindow({
        name: basename(module),
        source,
        exports: workspace.exporter.endpoints().length > 0,
        control: (request) => workspace.router.control(request),
        clock: systemClock,
        timers: systemTimers,
        env: surroundings.env,
      })
      for (const happened of early.splice(0)) link.see(happened)
      const server = createMcpServer({
        toolbox,
        info: { name: `taskscope-${source}`, version: surroundings.version },
        clock: systemClock,
        timers: systemTimers,
      })
      const problem = await serveUntilDone(server, port === undefined ? {} : { port }, io)
      server.close()
      await link.close()
      if (problem !== undefined) io.err(visibleText(`taskscope serve: ${problem}`))
      return problem === undefined ? exitCodes.completed : exitCodes.failed
    },
    { event },
  )
}

function toolboxOf({ workspace, source, host, offers }: Open): SourceToolbox {
  return createSourceToolbox({
    source,
    node: host,
    // A module that was saved has other tasks.
    offers: () => workspace.registry.detail(host)?.offers ?? offers,
    control: (request) => workspace.router.control(request),
    clock: systemClock,
  })
}

function readServeCommand(argv: readonly string[]): { readonly module: string; readonly port?: number } | string {
  let module: string | undefined
  let port: number | undefined
  const words = [...argv]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--http') {
      port = readPort(words.shift())
      if (port === undefined) return '--http needs a port'
    } else if (word.startsWith('-')) return `${JSON.stringify(word)} is not understood`
    else if (module !== undefined) return `it serves one module, ${JSON.stringify(word)} is too much`
    else module = word
  }
  if (module === undefined) return 'it needs a task module: taskscope serve ./my-tasks.ts'
  return { module, ...(port !== undefined && { port }) }
}
