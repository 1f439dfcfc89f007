/** Everything that happened to a node, in the order in which the registry saw it. */
import type { ReactNode } from 'react'
import type { Detail } from '../../core/model/detail.ts'
import { FaceGlyph } from '../icons/state-glyph.tsx'
import { eventLine } from './event-line.ts'
import styles from './events-tab.module.css'
import { LineList, lineText } from './line-list.tsx'
import { SafeText } from './safe-text.tsx'
import { PaneMessage } from './section.tsx'
import { clockText, durationText, utcText } from './time-text.ts'

export function EventsTab({ detail }: { readonly detail: Detail }): ReactNode {
  const { items, dropped } = detail.events
  const first = items[0]
  if (first === undefined)
    return <PaneMessage text="Nothing has happened to it yet. Its events appear here as they come." />
  return (
    <LineList
      name="Events"
      what="events"
      count={items.length}
      dropped={dropped}
      line={(index) => {
        const event = items[index]
        if (event === undefined) return undefined
        const { kind, text, face, tone } = eventLine(event)
        return (
          <>
            <span className={styles.time} title={utcText(event.at)}>
              {index === 0 ? clockText(event.at, 3) : `+${durationText(event.at - first.at)}`}
            </span>
            <span className={styles.glyph}>{face === undefined ? undefined : <FaceGlyph face={face} size={12} />}</span>
            <span className={styles.kind}>{kind}</span>
            <span className={styles.text} data-tone={tone}>
              <SafeText text={lineText(text.replaceAll('\n', ' '))} />
            </span>
          </>
        )
      }}
    />
  )
}
