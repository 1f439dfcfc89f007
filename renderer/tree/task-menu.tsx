import type { ReactElement, ReactNode } from 'react'
import { CommandItem } from '../commands/command-item.tsx'
import { ContextMenu, MenuRule } from '../widgets/menu.tsx'

/** What may be done to the row under the pointer: act, then start again, then view, then destroy. */
export function TaskMenu({ children }: { readonly children: ReactElement }): ReactNode {
  return (
    <ContextMenu target={children}>
      <CommandItem id="task.suspend" />
      <CommandItem id="task.resume" />
      <CommandItem id="task.step" text="Step to next checkpoint" />
      <MenuRule />
      <CommandItem id="task.cancel" />
      <CommandItem id="task.retry" />
      <CommandItem id="host.takeStack" />
      <MenuRule />
      <CommandItem id="task.showSpans" />
      <CommandItem id="task.copyId" />
      <CommandItem id="view.clearFinished" />
      <MenuRule />
      <CommandItem id="task.kill" text="Kill…" />
    </ContextMenu>
  )
}
