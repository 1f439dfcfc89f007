/** A choice of a few, in one outline. */
import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './segmented.module.css'

export function Segmented<Id extends string>({
  name,
  options,
  chosen,
  onChoose,
}: {
  readonly name: string
  readonly options: readonly { readonly id: Id; readonly title: string }[]
  readonly chosen: Id
  readonly onChoose: (id: Id) => void
}): ReactNode {
  return (
    <ToggleGroup.Root
      type="single"
      className={styles.group}
      aria-label={name}
      value={chosen}
      onValueChange={(id) => {
        if (id !== '') onChoose(id as Id)
      }}
    >
      {options.map(({ id, title }) => (
        <ToggleGroup.Item key={id} value={id} className={styles.option}>
          {title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
