/** The debug functions that hang on a task, a line to hang one more, and the ways to take all of them off or end it. */
import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { parseBreakpoint } from '../../core/model/breakpoint-text.ts'
import { offer } from '../../core/model/capability.ts'
import type { Detail } from '../../core/model/detail.ts'
import type { TaskRow } from '../../core/model/row.ts'
import type { DebugHook } from '../../core/model/task-debug.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { Section } from '../detail/section.tsx'
import formStyles from '../forms/form.module.css'
import { useSend } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import { lastControl, troubleOf } from './last-control.ts'
import styles from './sys.module.css'

type Kind = DebugHook['kind']

const kinds: readonly { readonly id: Kind; readonly title: string; readonly placeholder: string }[] = [
  { id: 'assertion', title: 'Assertion', placeholder: 'pages < 100' },
  { id: 'fault', title: 'Fault', placeholder: 'page 3: disk full' },
  { id: 'breakpoint', title: 'Breakpoint', placeholder: 'checkpoint page 3' },
  { id: 'function', title: 'Function', placeholder: 'the name of an export' },
]

export function DebugSection({
  row,
  detail,
}: {
  readonly row: TaskRow
  readonly detail: Detail | undefined
}): ReactNode {
  const send = useSend()
  const model = useModel()
  const may = offer(row, 'install')
  const mayEnd = offer(row, 'terminate')
  const debug = detail?.inspection?.debug
  const hooks = debug?.hooks ?? []
  const hung = debug !== undefined && (debug.trace || debug.logSize > 0 || debug.file !== undefined || hooks.length > 0)
  const trouble = troubleOf(lastControl(detail, 'install'), 'It is being installed.')
  return (
    <Section title="Debug functions" count={hooks.length}>
      <ul className={styles.list} aria-label="Debug functions">
        {hooks.map(({ id, text }) => (
          <li key={id} className={styles.item}>
            <span className={styles.text}>
              <SafeText text={text} />
            </span>
            <Button
              size="pane"
              name={`Remove ${text}`}
              icon={<X size={12} strokeWidth={1.75} />}
              onClick={() => send(row.key, { verb: 'remove', hook: id })}
            />
          </li>
        ))}
      </ul>
      {may.offered ? (
        <InstallForm onInstall={(hook) => send(row.key, { verb: 'install', hook })} />
      ) : (
        <p className={styles.quiet}>None can be installed: {may.reason}.</p>
      )}
      {trouble === undefined ? undefined : <p className={styles.waiting}>{trouble}</p>}
      <div className={`${styles.buttons} ${styles.foot}`}>
        <Button
          size="pane"
          look="outline"
          whyNot={hung ? undefined : 'nothing hangs on it'}
          hint="Takes off trace, log, file and debug functions"
          onClick={() => send(row.key, { verb: 'noDebug' })}
        >
          No debug
        </Button>
        <Button
          size="pane"
          look="danger-text"
          whyNot={mayEnd.offered ? undefined : mayEnd.reason}
          hint="Ends it after it has unwound; its supervisor restarts it by its type"
          onClick={() => model.open({ kind: 'kill', target: row.key, way: 'terminate' })}
        >
          Terminate…
        </Button>
      </div>
    </Section>
  )
}

function InstallForm({ onInstall }: { readonly onInstall: (hook: DebugHook) => void }): ReactNode {
  const [kind, setKind] = useState<Kind>('assertion')
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const install = () => {
    const hook = hookOf(kind, text.trim())
    if (typeof hook === 'string') return setProblem(hook)
    onInstall(hook)
    setText('')
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        install()
      }}
    >
      <div className={styles.line}>
        <select
          className={`${formStyles.input} ${styles.kind}`}
          aria-label="Kind of debug function"
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as Kind)
            setProblem(undefined)
          }}
        >
          {kinds.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <input
          className={`${formStyles.input} ${styles.grow}`}
          aria-label="Debug function"
          aria-invalid={problem === undefined ? undefined : true}
          placeholder={kinds.find(({ id }) => id === kind)?.placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value)
            setProblem(undefined)
          }}
        />
        <Button size="pane" look="outline" type="submit">
          Install
        </Button>
      </div>
      {problem === undefined ? undefined : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}

/** A debug function from what was typed, or what is wrong with it. */
function hookOf(kind: Kind, text: string): DebugHook | string {
  const id = crypto.randomUUID()
  switch (kind) {
    case 'assertion': {
      const read = parseBreakpoint(`state ${text}`)
      if (!read.ok || read.value.on.kind !== 'state') return read.ok ? 'an assertion is about the state' : read.problem
      return { id, kind, holds: read.value.on.when }
    }
    case 'breakpoint': {
      const read = parseBreakpoint(text)
      return read.ok ? { id, kind, on: read.value.on } : read.problem
    }
    case 'fault': {
      const colon = text.indexOf(':')
      const message = text.slice(colon + 1).trim()
      if (message === '') return 'a fault needs a message'
      const at = colon < 0 ? '' : text.slice(0, colon).trim()
      return at === '' ? { id, kind, message } : { id, kind, message, at }
    }
    case 'function':
      return text === '' ? 'name an export of the module' : { id, kind, export: text }
  }
}
