import type { ReactNode } from 'react'
import { MenuItem } from '../widgets/menu.tsx'
import { useCommand } from './use-command.ts'

/** A command as an item of a menu. `text` names it where its own title says too much. */
export function CommandItem({ id, text }: { readonly id: string; readonly text?: string }): ReactNode {
  const { command, whyNot, run } = useCommand(id)
  const { icon: Icon, keys, danger = false, title, hint } = command
  return (
    <MenuItem
      icon={Icon === undefined ? undefined : <Icon size={14} strokeWidth={1.75} />}
      keys={keys?.[0]}
      whyNot={whyNot}
      hint={text === undefined ? hint : undefined}
      danger={danger}
      onSelect={run}
    >
      {text ?? title}
    </MenuItem>
  )
}
