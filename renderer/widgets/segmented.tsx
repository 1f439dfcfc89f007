/** A choice of a few, in one outline. When it cannot be changed it keeps its place and its focus, and says why. */
import { ToggleGroup } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import styles from './segmented.module.css'

export function Segmented<Id extends string>({
  name,
  options,
  chosen,
  whyNot,
  onChoose,
}: {
  readonly name: string
  readonly options: readonly { readonly id: Id; readonly title: string }[]
  readonly chosen: Id
  /** Why it cannot be changed now; one short sentence without a full stop. */
  readonly whyNot?: string | undefined
  readonly onChoose: (id: Id) => void
}): ReactNode {
  const reasonId = useId()
  const fixed = whyNot !== undefined
  return (
    <>
      <ToggleGroup.Root
        type="single"
        className={styles.group}
        aria-label={name}
        aria-describedby={fixed ? reasonId : undefined}
        title={whyNot}
        value={chosen}
        onValueChange={(id) => {
          if (id !== '' && !fixed) onChoose(id as Id)
        }}
      >
        {options.map(({ id, title }) => (
          <ToggleGroup.Item
            key={id}
            value={id}
            className={styles.option}
            aria-disabled={fixed ? true : undefined}
            // As in every group of radio buttons, what the arrows come to is chosen.
            onFocus={({ currentTarget, relatedTarget }) => {
              const moved = relatedTarget !== currentTarget && currentTarget.parentElement?.contains(relatedTarget)
              if (moved && id !== chosen && !fixed) onChoose(id)
            }}
          >
            {title}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      {fixed ? (
        <span id={reasonId} hidden>
          {whyNot}
        </span>
      ) : undefined}
    </>
  )
}
