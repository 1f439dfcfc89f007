import type { ReactNode } from 'react'
import { useCommand } from '../commands/use-command.ts'
import { Button, type ButtonProps } from '../widgets/button.tsx'

export interface CommandButtonProps extends Pick<ButtonProps, 'icon' | 'look' | 'size' | 'className'> {
  readonly id: string
  /** What stands on it, and names it, when that is not the command's title. */
  readonly text?: string
  /** It opens a dialog: shown as three dots, which the accessible name leaves out. */
  readonly asks?: boolean
  readonly keys?: string
}

/** A command as a button: its name, key and reason why not come from the one list. */
export function CommandButton({ id, text, asks = false, keys, ...look }: CommandButtonProps): ReactNode {
  const { command, whyNot, run } = useCommand(id)
  return (
    <Button {...look} whyNot={whyNot} keys={keys ?? command.keys?.[0]} hint={command.hint} onClick={run}>
      {text ?? command.title}
      {asks ? <span aria-hidden="true">…</span> : undefined}
    </Button>
  )
}
