/** How tasks get into the window. */
import { FileJson, FolderOpen, History, Play, Plug, SquareTerminal } from 'lucide-react'
import { isTaskRow } from '../../core/model/row.ts'
import { ownerOf } from '../state/source-name.ts'
import type { Command, CommandContext } from './command.ts'

/** The host or connection to run something of: the selected one, else the only one. */
function runTarget({ row, model, state }: CommandContext) {
  if (row !== undefined) return isTaskRow(row) ? ownerOf(row.source, model.index, state.rows) : row
  const owners = model.index.owners()
  const only = owners.length === 1 ? owners[0] : undefined
  return only === undefined ? undefined : state.rows.get(only)
}

export const startCommands: readonly Command[] = [
  {
    id: 'start.demo',
    title: 'Start the demo',
    group: 'Start',
    icon: Play,
    keys: ['mod+D'],
    hint: 'tasks of every kind under a supervisor',
    whyNot: () => undefined,
    run: ({ model }) => void model.invoke('openDemo', undefined),
  },
  {
    id: 'start.open',
    title: 'Open a task module…',
    group: 'Start',
    icon: FolderOpen,
    keys: ['mod+O'],
    whyNot: () => undefined,
    run: ({ model }) => void model.invoke('openModule', { origin: 'dialog' }),
  },
  {
    id: 'start.openCapture',
    title: 'Open a recording…',
    group: 'Start',
    icon: History,
    hint: 'of MCP traffic, .jsonl',
    whyNot: () => undefined,
    run: ({ model }) => void model.invoke('openCapture', {}),
  },
  {
    id: 'start.connect',
    title: 'Connect an MCP server…',
    group: 'Start',
    icon: Plug,
    keys: ['mod+N'],
    whyNot: () => undefined,
    run: ({ model }) => model.open({ kind: 'connect' }),
  },
  {
    id: 'start.import',
    title: 'Import servers from .mcp.json…',
    group: 'Start',
    icon: FileJson,
    whyNot: () => undefined,
    run: ({ model }) => void importFirst(model),
  },
  {
    id: 'start.run',
    title: 'Run a task…',
    group: 'Start',
    icon: SquareTerminal,
    keys: ['mod+Enter'],
    whyNot: (context) => {
      if (context.model.index.owners().length === 0) return 'nothing is open yet'
      return runTarget(context) === undefined ? 'select a source first' : undefined
    },
    run: (context) => {
      const target = runTarget(context)
      if (target !== undefined) context.model.open({ kind: 'run', target: target.key })
    },
  },
]

async function importFirst(model: CommandContext['model']): Promise<void> {
  const result = await model.invoke('importServers', {})
  const launch = result.ok ? result.value[0] : undefined
  if (launch !== undefined) model.open({ kind: 'connect', launch })
}
