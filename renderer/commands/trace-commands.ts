/** From a task to its spans. */
import { Route } from 'lucide-react'
import { isTaskRow } from '../../core/model/row.ts'
import type { Command } from './command.ts'

export const traceCommands: readonly Command[] = [
  {
    id: 'task.showSpans',
    title: 'Show in its trace',
    group: 'View',
    icon: Route,
    keys: ['T'],
    whyNot: ({ row }) => {
      if (row === undefined || !isTaskRow(row)) return 'no task is selected'
      return row.trace === undefined ? 'its source gave it no trace' : undefined
    },
    run: ({ model, row }) => {
      if (row !== undefined) model.focusSpan({ task: row.key })
    },
  },
]
