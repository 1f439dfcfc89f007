/**
 * What the task wrote: its log, stdout and stderr, told apart by a word and never by colour alone; and among it, by time,
 * what other programs logged for it.
 */
import { type ReactNode, useMemo } from 'react'
import type { Detail, TimedLogLine } from '../../core/model/detail.ts'
import type { ReceivedLog } from '../../core/model/received.ts'
import { isTaskRow } from '../../core/model/row.ts'
import { useModel } from '../state/window-context.tsx'
import styles from './console-tab.module.css'
import { CopyButton } from './copy-button.tsx'
import { LineList, lineText } from './line-list.tsx'
import { SafeText } from './safe-text.tsx'
import { PaneMessage } from './section.tsx'
import { clockText, utcText } from './time-text.ts'

type ConsoleLine = TimedLogLine & Pick<ReceivedLog, 'service' | 'spanId'>

export function ConsoleTab({
  detail,
  received,
}: {
  readonly detail: Detail
  /** In the order of their times. */
  readonly received: readonly ReceivedLog[]
}): ReactNode {
  const model = useModel()
  const traced = isTaskRow(detail.row) && detail.row.trace !== undefined
  const lines = useMemo(() => {
    const own: readonly ConsoleLine[] = detail.logs.items
    const all = received.length === 0 ? own : [...own, ...received.map(consoleLine)].sort((a, b) => a.at - b.at)
    return all.flatMap(inLines)
  }, [detail.logs, received])
  if (lines.length === 0 && detail.logs.dropped === 0) {
    return (
      <PaneMessage
        text={
          isTaskRow(detail.row)
            ? 'It has written nothing. console.log, stdout and stderr of the task appear here.'
            : 'Nothing has been written to stderr or outside a task.'
        }
      />
    )
  }
  return (
    <div className={styles.console}>
      <LineList
        name="Console"
        what="lines"
        count={lines.length}
        dropped={detail.logs.dropped}
        line={(index) => {
          const line = lines[index]
          if (line === undefined) return undefined
          return (
            <>
              {traced ? (
                <button
                  type="button"
                  className={styles.time}
                  title={`${utcText(line.at)}: show the span that wrote it`}
                  onClick={() =>
                    model.focusSpan({
                      task: detail.key,
                      at: line.at,
                      ...(line.spanId !== undefined && { spanId: line.spanId }),
                    })
                  }
                >
                  {clockText(line.at, 3)}
                </button>
              ) : (
                <span className={styles.time} title={utcText(line.at)}>
                  {clockText(line.at, 3)}
                </span>
              )}
              <span className={styles.stream} data-stream={line.stream} data-level={line.level}>
                {line.level !== undefined && line.level !== 'info' ? line.level : line.stream}
              </span>
              {line.service === undefined ? undefined : (
                <span className={styles.service} data-service={line.service}>
                  <SafeText text={line.service} />
                </span>
              )}
              <span className={styles.text} data-stream={line.stream} data-level={line.level}>
                <SafeText text={lineText(line.text)} />
              </span>
            </>
          )
        }}
      />
      <div className={styles.copy}>
        <CopyButton text={lines.map((line) => line.text).join('\n')} name="Copy the output" />
      </div>
    </div>
  )
}

function consoleLine({ at, level, text, service, spanId }: ReceivedLog): ConsoleLine {
  return { stream: 'log', at, level, text, service: service ?? 'received', ...(spanId !== undefined && { spanId }) }
}

/** A text of several lines takes several rows. */
function inLines(line: ConsoleLine): readonly ConsoleLine[] {
  if (!line.text.includes('\n')) return [line]
  return line.text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((text) => ({ ...line, text }))
}
