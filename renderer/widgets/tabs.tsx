/** Tabs on a hairline. The panel of the chosen tab is the only one that is mounted. */
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly title: string
  readonly count?: number | undefined
  readonly panel: () => ReactNode
}

export function Tabs<Id extends string>({
  tabs,
  chosen,
  onChoose,
  name,
}: {
  readonly tabs: readonly Tab<Id>[]
  readonly chosen: Id
  readonly onChoose: (id: Id) => void
  /** The accessible name of the list. */
  readonly name: string
}): ReactNode {
  return (
    <Radix.Root className={styles.root} value={chosen} onValueChange={(id) => onChoose(id as Id)}>
      <Radix.List className={styles.list} aria-label={name}>
        {tabs.map(({ id, title, count }) => (
          <Radix.Trigger key={id} value={id} className={styles.tab}>
            {title}
            {count === undefined ? undefined : <span className={styles.count}>{count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, panel }) => (
        <Radix.Content key={id} value={id} className={styles.panel}>
          {id === chosen ? panel() : undefined}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
