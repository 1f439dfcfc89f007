/** A stretch of a tab between hairlines, with a head and perhaps a count; and a quiet pane with one sentence. */
import type { ReactNode } from 'react'
import styles from './section.module.css'

export function Section({
  title,
  count,
  aside,
  children,
}: {
  readonly title: string
  readonly count?: number | undefined
  /** At the right of the head. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.head}>
        {title}
        {count === undefined ? undefined : <span className={styles.count}>{count}</span>}
        {aside === undefined ? undefined : <span className={styles.aside}>{aside}</span>}
      </h3>
      {children}
    </section>
  )
}

/** What stands in an empty, failed or lost pane: one helpful sentence and at most one action. */
export function PaneMessage({ text, action }: { readonly text: string; readonly action?: ReactNode }): ReactNode {
  return (
    <div className={styles.message}>
      <p>{text}</p>
      {action}
    </div>
  )
}

/** Label and value pairs, one or two to a line. */
export function Facts({ columns, children }: { readonly columns: 1 | 2; readonly children: ReactNode }): ReactNode {
  return <dl className={columns === 2 ? styles.pairs : styles.list}>{children}</dl>
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  )
}
