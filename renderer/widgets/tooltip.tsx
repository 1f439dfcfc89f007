/** A short hint beside what the pointer or the focus is on. Never holds the only copy of a fact. */
import { Tooltip as Radix } from 'radix-ui'
import { type ReactElement, type ReactNode, useRef, useState } from 'react'
import styles from './tooltip.module.css'

/** Once around the whole window. */
export function TooltipProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Radix.Provider delayDuration={400} skipDelayDuration={200} disableHoverableContent>
      {children}
    </Radix.Provider>
  )
}

export function Tooltip({
  tip,
  side = 'bottom',
  children,
}: {
  /** Without one only a button that shows no words has a hint: what it is called. */
  readonly tip: ReactNode | undefined
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  readonly children: ReactElement
}): ReactNode {
  const [open, setOpen] = useState(false)
  const [words, setWords] = useState<string>()
  const trigger = useRef<HTMLButtonElement>(null)

  function show(wanted: boolean): void {
    const hidden = wanted ? hiddenWords(trigger.current) : words
    setWords(hidden)
    setOpen(wanted && (tip !== undefined || hidden !== undefined) && !isCovered(trigger.current))
  }

  return (
    <Radix.Root open={open} onOpenChange={show}>
      <Radix.Trigger asChild ref={trigger}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tip} side={side} sideOffset={4} collisionPadding={8}>
          {words === undefined ? undefined : <span>{words}</span>}
          {tip}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The words of a button that has only room for its icon: its style leaves one pixel of them. */
function hiddenWords(trigger: Element | null): string | undefined {
  const words = trigger?.querySelector<HTMLElement>('[data-words]')
  return words?.offsetWidth === 1 ? (words.textContent ?? undefined) : undefined
}

/** Whether a menu or dialog is open that this is not part of: Escape would close a hint above it in its place. */
function isCovered(trigger: Element | null): boolean {
  const above = document.querySelector('[role=menu], [role=dialog], [role=alertdialog]')
  return above !== null && !above.contains(trigger)
}
