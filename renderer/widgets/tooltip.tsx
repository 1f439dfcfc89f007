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
  readonly tip: ReactNode
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  readonly children: ReactElement
}): ReactNode {
  const [open, setOpen] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  return (
    <Radix.Root open={open} onOpenChange={(wanted) => setOpen(wanted && !isCovered(trigger.current))}>
      <Radix.Trigger asChild ref={trigger}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tip} side={side} sideOffset={4} collisionPadding={8}>
          {tip}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Whether a menu or dialog is open that this is not part of: Escape would close a hint above it in its place. */
function isCovered(trigger: Element | null): boolean {
  const above = document.querySelector('[role=menu], [role=dialog], [role=alertdialog]')
  return above !== null && !above.contains(trigger)
}
