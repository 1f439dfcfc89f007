/** One span under the waterfall: its attributes and what happened within it. */
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { SafeText } from './safe-text.tsx'
import styles from './span-detail.module.css'
import type { SpanRow } from './span-rows.ts'
import { durationText } from './time-text.ts'

export function SpanDetail({ row, now }: { readonly row: SpanRow; readonly now: number }): ReactNode {
  const attributes = Object.entries(row.attributes)
  return (
    <section
      className={styles.detail}
      aria-label={`Span ${row.name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keys
      tabIndex={0}
    >
      <header className={styles.head}>
        <code className={styles.name}>
          <SafeText text={row.name} />
        </code>
        <span>
          {row.to === undefined
            ? `open for ${durationText(now - row.from)}`
            : `took ${durationText(row.to - row.from)}`}
        </span>
        {row.to === undefined ? <span className={styles.note}>ends at the next transition</span> : undefined}
        {row.spanId === undefined ? undefined : (
          <span className={styles.id}>
            <code>{row.spanId}</code>
            <CopyButton text={row.spanId} name="Copy span id" />
          </span>
        )}
      </header>
      <div className={styles.columns}>
        <div>
          <h3 className={styles.title}>Attributes</h3>
          {attributes.length === 0 ? <p className={styles.note}>none</p> : undefined}
          <dl className={styles.pairs}>
            {attributes.map(([name, value]) => (
              <div key={name} className={styles.pair}>
                <dt>
                  <SafeText text={name} />
                </dt>
                <dd>
                  <SafeText text={Array.isArray(value) ? value.join(', ') : String(value)} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
        <div>
          <h3 className={styles.title}>Events</h3>
          {row.events.length === 0 ? <p className={styles.note}>none</p> : undefined}
          <dl className={styles.pairs}>
            {row.events.map((event, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two events may share name and time
              <div key={index} className={styles.event}>
                <dt>+{durationText(event.at - row.from)}</dt>
                <dd>
                  <SafeText text={event.name} />{' '}
                  <span className={styles.note}>
                    <SafeText text={Object.values(event.attributes ?? {}).join(', ')} />
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
    </section>
  )
}
