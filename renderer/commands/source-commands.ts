/** What may be done with the source that the selected node belongs to, or is. */
import { Download, X } from 'lucide-react'
import type { NodeRow } from '../../core/model/row.ts'
import { ownerOf } from '../state/source-name.ts'
import type { Command, CommandContext } from './command.ts'

/** The selected node's source; without a selection the one that the tree is narrowed to. */
function source({ row, model, state }: CommandContext): NodeRow | undefined {
  const id = row?.source ?? state.source
  return id === undefined ? undefined : ownerOf(id, model.index, state.rows)
}

const none = 'no source is selected'

export const sourceCommands: readonly Command[] = [
  {
    id: 'source.saveCapture',
    title: 'Save frames as a recording…',
    group: 'Host',
    icon: Download,
    hint: 'without secrets',
    whyNot: (context) => {
      const owner = source(context)
      if (owner === undefined) return none
      return owner.node === 'host' ? 'a host has no frames' : undefined
    },
    run: (context) => {
      const owner = source(context)
      if (owner !== undefined) void save(context, owner)
    },
  },
  {
    id: 'source.remove',
    title: 'Remove from the window',
    group: 'Host',
    icon: X,
    hint: 'with its tasks',
    whyNot: (context) => {
      const owner = source(context)
      if (owner === undefined) return none
      const over = owner.status === 'closed' || owner.status === 'failed' || owner.status === 'lost'
      return over || owner.node === 'source' ? undefined : `${owner.name} is ${owner.status}; end it first`
    },
    run: (context) => {
      const owner = source(context)
      if (owner === undefined) return
      context.model.showSource(undefined)
      void context.model.invoke('removeSource', { source: owner.source })
    },
  },
]

async function save({ model }: CommandContext, owner: NodeRow): Promise<void> {
  const answer = await model.invoke('saveCapture', { source: owner.source })
  if (answer.ok && answer.value !== undefined) model.say({ tone: 'info', text: `Saved as ${answer.value.path}` })
}
