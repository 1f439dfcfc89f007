/** Changes the live state: as a patch of what is named, or whole. What the change did is shown as it was told. */
import { type ReactNode, useId, useState } from 'react'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { TaskRow } from '../../core/model/row.ts'
import formStyles from '../forms/form.module.css'
import { readJson } from '../forms/json-text.ts'
import { useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { lastControl, troubleOf } from './last-control.ts'
import styles from './sys.module.css'

export function StateEditor({
  row,
  detail,
}: {
  readonly row: TaskRow
  readonly detail: Detail | undefined
}): ReactNode {
  const [open, setOpen] = useState(false)
  const may = offer(row, 'replaceState')
  const trouble = troubleOf(lastControl(detail, 'replaceState'), 'The change waits for the next checkpoint.')
  return (
    <div className={styles.editor}>
      {trouble === undefined ? undefined : <p className={styles.waiting}>{trouble}</p>}
      {open && may.offered ? (
        <Editor row={row} whole={wholeText(detail)} onClose={() => setOpen(false)} />
      ) : (
        <div className={styles.buttons}>
          <Button
            size="pane"
            look="outline"
            whyNot={may.offered ? undefined : may.reason}
            onClick={() => setOpen(true)}
          >
            Change state…
          </Button>
        </div>
      )}
    </div>
  )
}

type Mode = 'patch' | 'whole'

function Editor({
  row,
  whole,
  onClose,
}: {
  readonly row: TaskRow
  readonly whole: string
  readonly onClose: () => void
}): ReactNode {
  const send = useSend()
  const id = useId()
  const [mode, setMode] = useState<Mode>('patch')
  const [texts, setTexts] = useState<Readonly<Record<Mode, string>>>({ patch: '{  }', whole })
  const [problem, setProblem] = useState<string>()
  const apply = () => {
    const reading = readJson(texts[mode])
    if (!reading.ok) return setProblem(reading.problem)
    if (reading.value === undefined) return setProblem('a state is JSON, and this is empty')
    send(row.key, {
      verb: 'replaceState',
      change: mode === 'patch' ? { patch: reading.value } : { set: reading.value },
    })
    onClose()
  }
  return (
    <>
      <div className={styles.line}>
        <label htmlFor={id} className={`${formStyles.name} ${styles.grow}`}>
          New state
          <span className={formStyles.optional}>{mode === 'patch' ? 'only what changes' : 'everything'}, JSON</span>
        </label>
        <Segmented
          name="How to change it"
          options={[
            { id: 'patch', title: 'Patch' },
            { id: 'whole', title: 'Whole' },
          ]}
          chosen={mode}
          onChoose={setMode}
        />
      </div>
      <textarea
        id={id}
        className={formStyles.json}
        rows={mode === 'patch' ? 3 : 8}
        spellCheck={false}
        value={texts[mode]}
        aria-invalid={problem === undefined ? undefined : true}
        onChange={(event) => {
          setTexts({ ...texts, [mode]: event.target.value })
          setProblem(undefined)
        }}
      />
      {problem === undefined ? undefined : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.buttons}>
        <Button size="pane" look="accent" onClick={apply}>
          Apply
        </Button>
        <Button size="pane" onClick={onClose}>
          Not now
        </Button>
        <span className={styles.quiet}>
          {row.state === 'suspended' ? 'It stands still: this is at once.' : 'At its next checkpoint.'}
        </span>
      </div>
    </>
  )
}

/** What a person starts from: the state as last read, when that was whole JSON. */
function wholeText(detail: Detail | undefined): string {
  const live = detail?.live?.value
  if (live === undefined || live.format !== 'json' || live.truncated) return '{  }'
  return JSON.stringify(JSON.parse(live.text), undefined, 2)
}
