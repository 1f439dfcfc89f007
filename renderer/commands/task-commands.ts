/** What may be done to the selected node. Whether it is offered is asked of the model's `offer`, never guessed here. */
import {
  Camera,
  CirclePlay,
  CircleSlash,
  CircleX,
  Copy,
  OctagonPause,
  Pause,
  Play,
  RefreshCw,
  RotateCcw,
  Square,
  StepForward,
} from 'lucide-react'
import { offer } from '../../core/model/capability.ts'
import type { ControlName, ControlVerb } from '../../core/model/control.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { blastRadius } from '../dialogs/blast-radius.ts'
import { ownerOf } from '../state/source-name.ts'
import type { Command, CommandContext } from './command.ts'

/** Those controls that need nothing but their verb. */
type PlainVerb = Exclude<ControlName, 'start' | 'answer'>

function reason(row: Row | undefined, verb: ControlName): string | undefined {
  if (row === undefined) return 'no task is selected'
  const offered = offer(row, verb)
  return offered.offered ? undefined : offered.reason
}

/** The host or connection that the selected node belongs to, or is. */
function owner({ row, model, state }: CommandContext): Row | undefined {
  return row === undefined ? undefined : ownerOf(row.source, model.index, state.rows)
}

function onSelected(verb: PlainVerb, command: ControlVerb): Pick<Command, 'whyNot' | 'run'> {
  return {
    whyNot: ({ row }) => reason(row, verb),
    run: ({ model, row }) => {
      if (row !== undefined) model.send(row.key, command)
    },
  }
}

function onOwner(verb: PlainVerb, command: ControlVerb): Pick<Command, 'whyNot' | 'run'> {
  return {
    whyNot: (context) => reason(owner(context), verb),
    run: (context) => {
      const host = owner(context)
      if (host !== undefined) context.model.send(host.key, command)
    },
  }
}

export const taskCommands: readonly Command[] = [
  {
    id: 'task.suspend',
    title: 'Suspend',
    group: 'Task',
    icon: Pause,
    keys: ['F8'],
    ...onSelected('suspend', { verb: 'suspend' }),
  },
  {
    id: 'task.resumeAll',
    title: 'Resume all holds',
    group: 'Task',
    icon: Play,
    keys: ['F8'],
    ...onSelected('resume', { verb: 'resume', all: true }),
  },
  {
    id: 'task.resume',
    title: 'Resume',
    group: 'Task',
    icon: Play,
    whyNot: ({ row }) => reason(row, 'resume'),
    run: ({ model, row }) => {
      if (row === undefined) return
      // What only a breakpoint holds goes on when a person says so; nothing else is released that is not theirs.
      const others = isTaskRow(row) && row.holds.every((hold) => hold.owner.kind === 'breakpoint')
      model.send(row.key, others ? { verb: 'resume', all: true } : { verb: 'resume' })
    },
  },
  {
    id: 'task.step',
    title: 'Step',
    group: 'Task',
    icon: StepForward,
    keys: ['F10'],
    hint: 'to the next checkpoint',
    ...onSelected('step', { verb: 'step' }),
  },
  {
    id: 'task.stepStatement',
    title: 'Step to the next statement',
    group: 'Task',
    icon: StepForward,
    // Not with Shift: that is how the keyboard opens a row's menu.
    keys: ['mod+F10'],
    hint: 'a task in a thread of its own',
    whyNot: ({ row }) => {
      const inThread = row !== undefined && isTaskRow(row) && row.isolation === 'thread'
      return reason(row, 'step') ?? (inThread ? undefined : 'only a task in a thread of its own can')
    },
    run: ({ model, row }) => {
      if (row !== undefined) model.send(row.key, { verb: 'step', to: 'statement' })
    },
  },
  {
    id: 'task.cancel',
    title: 'Cancel',
    group: 'Task',
    icon: CircleSlash,
    keys: ['Backspace'],
    ...onSelected('cancel', { verb: 'cancel' }),
  },
  {
    id: 'task.retry',
    title: 'Retry',
    group: 'Task',
    icon: RotateCcw,
    hint: 'run again with the same input',
    ...onSelected('retry', { verb: 'retry' }),
  },
  {
    id: 'task.kill',
    title: 'Kill',
    group: 'Task',
    icon: CircleX,
    keys: ['shift+Backspace'],
    danger: true,
    whyNot: ({ row }) => reason(row, 'kill'),
    run: ({ model, row }) => {
      if (row !== undefined) model.open({ kind: 'kill', target: row.key })
    },
  },
  {
    id: 'task.copyId',
    title: 'Copy id',
    group: 'Task',
    icon: Copy,
    keys: ['mod+C'],
    whyNot: ({ row }) => (row === undefined ? 'no task is selected' : undefined),
    run: ({ model, row }) => {
      if (row !== undefined) void model.invoke('copyText', { text: row.id })
    },
  },
  {
    id: 'host.freeze',
    title: 'Freeze host',
    group: 'Host',
    icon: OctagonPause,
    hint: 'stops its main thread with every inline task',
    ...onOwner('freeze', { verb: 'freeze' }),
  },
  { id: 'host.thaw', title: 'Thaw host', group: 'Host', icon: CirclePlay, ...onOwner('thaw', { verb: 'thaw' }) },
  {
    id: 'host.takeStack',
    title: 'Take stack',
    group: 'Host',
    icon: Camera,
    hint: 'as it runs',
    ...onOwner('takeStack', { verb: 'takeStack' }),
  },
  {
    id: 'host.restart',
    title: 'Restart…',
    group: 'Host',
    icon: RefreshCw,
    whyNot: (context) => reason(owner(context), 'restart'),
    run: (context) => {
      const host = owner(context)
      if (host === undefined) return
      // With nothing live in it there is nothing to lose, so nothing to ask.
      if (blastRadius(host, context.state.rows, false).ends.length === 0) {
        context.model.send(host.key, { verb: 'restart' })
      } else context.model.open({ kind: 'kill', target: host.key, way: 'restart' })
    },
  },
  {
    id: 'host.stop',
    title: 'End host…',
    group: 'Host',
    icon: Square,
    danger: true,
    whyNot: (context) => reason(owner(context), 'stop'),
    run: (context) => {
      const host = owner(context)
      if (host !== undefined) context.model.open({ kind: 'kill', target: host.key })
    },
  },
]
