/** The log of one task: its newest events in its own host, a file that gets all of them, and the trace. */
import { type ReactNode, useId, useState } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { TaskRow } from '../../core/model/row.ts'
import type { TaskLog } from '../../core/model/task-debug.ts'
import { eventLine } from '../detail/event-line.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { Section } from '../detail/section.tsx'
import { clockText } from '../detail/time-text.ts'
import formStyles from '../forms/form.module.css'
import { useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import { lastControl, troubleOf } from './last-control.ts'
import styles from './sys.module.css'

const sizes = [0, 10, 50, 200, 1000]

export function LogSection({ row, detail }: { readonly row: TaskRow; readonly detail: Detail | undefined }): ReactNode {
  const send = useSend()
  const id = useId()
  const may = offer(row, 'log')
  const whyNot = may.offered ? undefined : may.reason
  const debug = detail?.inspection?.debug
  const size = debug?.logSize ?? 0
  const log = detail?.inspection?.log
  return (
    <Section
      title="Log"
      aside={
        <Button
          size="pane"
          look="outline"
          whyNot={whyNot ?? (size === 0 ? 'no log is kept' : undefined)}
          onClick={() => send(row.key, { verb: 'log' })}
        >
          Read log
        </Button>
      }
    >
      <div className={styles.form}>
        <div className={styles.line}>
          <label htmlFor={id} className={formStyles.name}>
            Keep the newest
          </label>
          <select
            id={id}
            className={`${formStyles.input} ${styles.grow}`}
            value={size}
            disabled={!may.offered}
            onChange={(event) => send(row.key, { verb: 'log', size: Number(event.target.value) })}
          >
            {[...new Set([...sizes, size])].map((each) => (
              <option key={each} value={each}>
                {each === 0 ? 'no events' : `${each} events`}
              </option>
            ))}
          </select>
          <Button
            size="pane"
            look="outline"
            pressed={debug?.trace === true}
            whyNot={whyNot}
            hint="Every event of this task is told, none is folded"
            onClick={() => send(row.key, { verb: 'trace', on: debug?.trace !== true })}
          >
            Trace
          </Button>
        </div>
        <LogFile row={row} detail={detail} whyNot={whyNot} />
      </div>
      {log === undefined || log.value.size === 0 ? undefined : <LogEvents log={log.value} at={log.at} />}
    </Section>
  )
}

function LogFile({
  row,
  detail,
  whyNot,
}: {
  readonly row: TaskRow
  readonly detail: Detail | undefined
  readonly whyNot: string | undefined
}): ReactNode {
  const send = useSend()
  const id = useId()
  const [path, setPath] = useState('')
  const file = detail?.inspection?.debug?.file
  const trouble = troubleOf(lastControl(detail, 'logToFile'), 'The file is being opened.')
  if (file !== undefined) {
    return (
      <div className={styles.line}>
        <span className={styles.text} title={file}>
          Every event goes to <SafeText text={file} />
        </span>
        <Button
          size="pane"
          look="outline"
          whyNot={whyNot}
          onClick={() => send(row.key, { verb: 'logToFile', file: false })}
        >
          Stop
        </Button>
      </div>
    )
  }
  return (
    <>
      <div className={styles.line}>
        <label htmlFor={id} className={formStyles.name}>
          File
        </label>
        <input
          id={id}
          className={`${formStyles.input} ${styles.grow}`}
          value={path}
          placeholder="/path/to/events.ndjson"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setPath(event.target.value)}
        />
        <Button
          size="pane"
          look="outline"
          whyNot={whyNot ?? (path.trim() === '' ? 'it needs the path of a file' : undefined)}
          onClick={() => send(row.key, { verb: 'logToFile', file: path.trim() })}
        >
          Log to file
        </Button>
      </div>
      {trouble === undefined ? undefined : <p className={styles.waiting}>{trouble}</p>}
    </>
  )
}

function LogEvents({ log, at }: { readonly log: TaskLog; readonly at: number }): ReactNode {
  return (
    <>
      <ol className={styles.events} aria-label="Logged events">
        {log.events.map((event) => {
          const { kind, text } = eventLine({ ...event, ord: event.seq })
          return (
            <li key={event.seq}>
              <span className={styles.time}>{clockText(event.at, 3)}</span>
              <span>{kind}</span>
              <span>
                <SafeText text={text} />
              </span>
            </li>
          )
        })}
      </ol>
      <p className={styles.quiet}>
        as of {clockText(at, 1)}
        {log.dropped === 0 ? '' : `, ${log.dropped} older ones were let go`}
      </p>
    </>
  )
}
