/** The one frame of every dialog: a question as title, what it is about, and the buttons at the foot. */
import { Dialog } from 'radix-ui'
import { type FormEvent, type ReactNode, type RefObject, useRef } from 'react'
import styles from './dialog-frame.module.css'
import { useReturnFocus } from './return-focus.ts'

export interface DialogFrameProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly buttons: ReactNode
  /** A quiet word at the left of the buttons. */
  readonly note?: ReactNode
  /** What Enter does. */
  readonly onSubmit?: () => void
  /** What has the focus at first, or whose first field has it; else the first field, or without one the first button. */
  readonly first?: RefObject<HTMLElement | null>
  readonly alert?: boolean
  /** For text with long lines of its own. */
  readonly wide?: boolean
}

export function DialogFrame({
  title,
  onClose,
  children,
  buttons,
  note,
  onSubmit,
  first,
  alert = false,
  wide = false,
}: DialogFrameProps): ReactNode {
  const form = useRef<HTMLFormElement>(null)
  const returnFocus = useReturnFocus()
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        {/* Not the library's overlay: its scroll lock writes a style element, which the content policy refuses. */}
        <div className={styles.scrim} />
        <Dialog.Content
          className={wide ? `${styles.dialog} ${styles.wide}` : styles.dialog}
          role={alert ? 'alertdialog' : 'dialog'}
          aria-modal="true"
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          onOpenAutoFocus={(event) => {
            const wanted = focusable(first?.current) ?? focusable(form.current)
            if (wanted === undefined) return
            event.preventDefault()
            wanted.focus()
          }}
        >
          <form
            ref={form}
            className={styles.form}
            noValidate
            onSubmit={(event: FormEvent) => {
              event.preventDefault()
              onSubmit?.()
            }}
          >
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            <div className={styles.body}>{children}</div>
            <footer className={styles.foot}>
              <div className={styles.note}>{note}</div>
              {buttons}
            </footer>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

// A checkbox is a button with a hidden field beside it.
const fields = 'input:not([aria-hidden]), textarea, select, [role=checkbox]'

/** This element itself, or the first field in it, or without one its first button. */
function focusable(element: HTMLElement | null | undefined): HTMLElement | undefined {
  if (element == null) return undefined
  if (element.matches(`${fields}, button`)) return element
  const find = (what: string) => element.querySelector<HTMLElement>(what) ?? undefined
  return find(fields) ?? find('button')
}
