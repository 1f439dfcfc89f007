/** A short hint beside what the pointer or the focus is on. Never holds the only copy of a fact. */
import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
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
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tip} side={side} sideOffset={4} collisionPadding={8}>
          {tip}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
