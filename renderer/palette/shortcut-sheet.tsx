/** Every key of the window on one sheet, from the same list that the keys themselves read. */
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import type { CommandGroup } from '../commands/command.ts'
import { commands } from '../commands/command-list.ts'
import { useReturnFocus } from '../dialogs/return-focus.ts'
import { useDialog } from '../state/hooks.ts'
import { Keys } from '../widgets/keys.tsx'
import styles from './shortcut-sheet.module.css'

const groups: readonly CommandGroup[] = ['Start', 'Task', 'View']

/** Keys of the tree itself, which are no commands. */
const treeKeys: readonly { readonly title: string; readonly keys: readonly string[] }[] = [
  { title: 'Next and previous row', keys: ['j', 'k', '↓', '↑'] },
  { title: 'Open, then into the cells', keys: ['l', '→'] },
  { title: 'Close, then to the parent', keys: ['h', '←'] },
  { title: 'First and last row', keys: ['Home', 'End'] },
  { title: 'A page up or down', keys: ['PageUp', 'PageDown'] },
  { title: 'Open or close', keys: ['Enter'] },
]

/** Keys of the waterfall. */
const spanKeys: typeof treeKeys = [
  { title: 'Find spans', keys: ['mod+F'] },
  { title: 'Closer, further away', keys: ['=', '-'] },
  { title: 'Earlier, later', keys: ['shift+←', 'shift+→'] },
  { title: 'The whole trace', keys: ['0'] },
  { title: 'Show the task', keys: ['Enter'] },
]

export function ShortcutSheet(): ReactNode {
  const { dialog, close } = useDialog()
  const returnFocus = useReturnFocus()
  return (
    <Dialog.Root open={dialog?.kind === 'shortcuts'} onOpenChange={(open) => (open ? undefined : close())}>
      <Dialog.Portal>
        {/* Not the library's overlay: its scroll lock writes a style element, which the content policy refuses. */}
        <div className={styles.scrim} />
        <Dialog.Content className={styles.sheet} aria-describedby={undefined} onCloseAutoFocus={returnFocus}>
          <header className={styles.head}>
            <Dialog.Title className={styles.title}>Keyboard shortcuts</Dialog.Title>
            <Dialog.Close className={styles.close} aria-label="Close">
              <X size={14} strokeWidth={1.75} />
            </Dialog.Close>
          </header>
          <div className={styles.columns}>
            {groups.map((group) => (
              <section key={group} className={styles.group}>
                <h3 className={styles.groupTitle}>{group}</h3>
                {commands
                  .filter((command) => command.group === group && command.keys !== undefined)
                  .map(({ id, title, keys = [] }) => (
                    <Line key={id} title={title.replace('…', '')} keys={keys} />
                  ))}
              </section>
            ))}
            <section className={styles.group}>
              <h3 className={styles.groupTitle}>Tree</h3>
              {treeKeys.map(({ title, keys }) => (
                <Line key={title} title={title} keys={keys} />
              ))}
            </section>
            <section className={styles.group}>
              <h3 className={styles.groupTitle}>Spans</h3>
              {spanKeys.map(({ title, keys }) => (
                <Line key={title} title={title} keys={keys} />
              ))}
            </section>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Line({ title, keys }: { readonly title: string; readonly keys: readonly string[] }): ReactNode {
  return (
    <div className={styles.line}>
      <span>{title}</span>
      <span className={styles.keys}>
        {keys.map((each) => (
          <Keys key={each} keys={each} />
        ))}
      </span>
    </div>
  )
}
