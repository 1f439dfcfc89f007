import type { ReactNode } from 'react'
import { useCommand } from '../commands/use-command.ts'
import { Button, type ButtonProps } from '../widgets/button.tsx'

export interface CommandButtonProps extends Pick<ButtonProps, 'icon' | 'look' | 'size' | 'className'> {
  readonly id: string
  /** What stands on it when that is not the command's title; the accessible name stays the title. */
  readonly text?: string
  readonly keys?: string
}

/** A command as a button: its name, key and reason why not come from the one list. */
export function CommandButton({ id, text, keys, ...look }: CommandButtonProps): ReactNode {
  const { command, whyNot, run } = useCommand(id)
  return (
    <Button
      {...look}
      name={text === undefined ? undefined : command.group === 'Task' ? command.title : undefined}
      whyNot={whyNot}
      keys={keys ?? command.keys?.[0]}
      hint={command.hint}
      onClick={run}
    >
      {text ?? command.title}
    </Button>
  )
}
