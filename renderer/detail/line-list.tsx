/**
 * A long list of one-line rows, only the visible ones in the document, newest last. It stays at its end while a
 * person has not scrolled away from it.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import styles from './line-list.module.css'

export const lineHeight = 20

/** A line is scrolled, not wrapped; one of a million characters would take the whole frame to lay out. */
const longestLine = 2000

/** The beginning of a text that is too long for one line, and what it lacks. */
export function lineText(text: string): string {
  return text.length <= longestLine ? text : `${text.slice(0, longestLine)}… and ${text.length - longestLine} more`
}

export function LineList({
  name,
  count,
  dropped,
  what,
  line,
}: {
  readonly name: string
  readonly count: number
  /** Older entries that were let go. */
  readonly dropped: number
  /** What the entries are called: "events". */
  readonly what: string
  readonly line: (index: number) => ReactNode
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 10,
  })
  useLayoutEffect(() => {
    const element = scroller.current
    if (atEnd && element !== null && count > 0) element.scrollTop = element.scrollHeight
  }, [atEnd, count])
  return (
    <div className={styles.frame}>
      {dropped === 0 ? undefined : (
        <p className={styles.dropped}>
          {dropped} older {what} were let go
        </p>
      )}
      <div
        ref={scroller}
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keys
        tabIndex={0}
        role="log"
        aria-label={name}
        aria-live="off"
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
          setAtEnd(scrollTop + clientHeight >= scrollHeight - lineHeight)
        }}
      >
        <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            <div key={item.key} className={styles.line} style={{ transform: `translateY(${item.start}px)` }}>
              {line(item.index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}
