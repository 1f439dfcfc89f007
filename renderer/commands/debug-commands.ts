/** Debugging the selected task: breakpoints of its host, its subtree, its state, and the report of its crash. */
import { Bug, CircleDot, FileWarning, ListTree, Zap } from 'lucide-react'
import type { Breakpoint } from '../../core/model/breakpoint.ts'
import { offer } from '../../core/model/capability.ts'
import type { ControlName, ControlVerb } from '../../core/model/control.ts'
import { hasCrashReport } from '../../core/model/crash-report.ts'
import { isTaskRow, type NodeRow } from '../../core/model/row.ts'
import { ownerOf } from '../state/source-name.ts'
import type { Command, CommandContext } from './command.ts'

function hostOfSelected({ row, model, state }: CommandContext): NodeRow | undefined {
  const owner = row === undefined ? undefined : ownerOf(row.source, model.index, state.rows)
  return owner === undefined || isTaskRow(owner) ? undefined : owner
}

function whyNotOnHost(context: CommandContext, verb: ControlName): string | undefined {
  const host = hostOfSelected(context)
  if (host === undefined) return 'no task is selected'
  const may = offer(host, verb)
  return may.offered ? undefined : may.reason
}

/** Sets a breakpoint for every task of the selected one's name. */
function breakOn(on: Breakpoint['on']): Pick<Command, 'whyNot' | 'run'> {
  return {
    whyNot: (context) => {
      if (context.row === undefined || !isTaskRow(context.row)) return 'no task is selected'
      return whyNotOnHost(context, 'setBreakpoint')
    },
    run: (context) => {
      const host = hostOfSelected(context)
      const { row, model } = context
      if (host === undefined || row === undefined) return
      const breakpoint = { id: crypto.randomUUID(), on, scope: { name: row.name } }
      model.send(host.key, { verb: 'setBreakpoint', breakpoint })
    },
  }
}

function onTask(verb: ControlName, command: ControlVerb): Pick<Command, 'whyNot' | 'run'> {
  return {
    whyNot: ({ row }) => {
      if (row === undefined) return 'no task is selected'
      const may = offer(row, verb)
      return may.offered ? undefined : may.reason
    },
    run: ({ model, row }) => {
      if (row !== undefined) model.send(row.key, command)
    },
  }
}

export const debugCommands: readonly Command[] = [
  {
    id: 'task.suspendSubtree',
    title: 'Suspend subtree',
    group: 'Task',
    icon: ListTree,
    hint: 'it and everything under it',
    ...onTask('suspend', { verb: 'suspend', subtree: true }),
  },
  {
    id: 'task.resumeSubtree',
    title: 'Resume subtree',
    group: 'Task',
    icon: ListTree,
    hint: 'every hold of it and everything under it',
    whyNot: ({ row }) => (row === undefined ? 'no task is selected' : undefined),
    run: ({ model, row }) => {
      if (row !== undefined) model.send(row.key, { verb: 'resume', all: true, subtree: true })
    },
  },
  {
    id: 'task.breakOnStart',
    title: 'Break on start',
    group: 'Task',
    icon: CircleDot,
    hint: 'of every task of this name',
    ...breakOn({ kind: 'start' }),
  },
  {
    id: 'task.breakOnCheckpoint',
    title: 'Break on every checkpoint',
    group: 'Task',
    icon: CircleDot,
    hint: 'of every task of this name',
    ...breakOn({ kind: 'checkpoint' }),
  },
  {
    id: 'task.breakOnError',
    title: 'Break on error',
    group: 'Task',
    icon: CircleDot,
    hint: 'before a task of this name fails',
    ...breakOn({ kind: 'error' }),
  },
  {
    id: 'host.clearBreakpoints',
    title: 'Remove all breakpoints',
    group: 'Host',
    icon: CircleDot,
    whyNot: (context) => {
      const none = (hostOfSelected(context)?.breakpoints?.length ?? 0) === 0
      return whyNotOnHost(context, 'removeBreakpoint') ?? (none ? 'none is set' : undefined)
    },
    run: (context) => {
      const host = hostOfSelected(context)
      for (const { id } of host?.breakpoints ?? []) {
        if (host !== undefined) context.model.send(host.key, { verb: 'removeBreakpoint', breakpoint: id })
      }
    },
  },
  { id: 'task.readState', title: 'Read state', group: 'Task', icon: Bug, ...onTask('getState', { verb: 'getState' }) },
  {
    id: 'task.noDebug',
    title: 'No debug',
    group: 'Task',
    icon: Bug,
    hint: 'take off trace, log, file and debug functions',
    ...onTask('noDebug', { verb: 'noDebug' }),
  },
  {
    id: 'task.crashReport',
    title: 'Crash report…',
    group: 'Task',
    icon: FileWarning,
    whyNot: ({ row }) => (row !== undefined && hasCrashReport(row) ? undefined : 'only a failed task has one'),
    run: ({ model, row }) => {
      if (row !== undefined) model.open({ kind: 'crash', target: row.key })
    },
  },
  {
    id: 'host.crash',
    title: 'Crash host…',
    group: 'Host',
    icon: Zap,
    danger: true,
    hint: 'its supervisor starts it again',
    whyNot: (context) => whyNotOnHost(context, 'crash'),
    run: (context) => {
      const host = hostOfSelected(context)
      if (host !== undefined) context.model.open({ kind: 'kill', target: host.key, way: 'crash' })
    },
  },
]
