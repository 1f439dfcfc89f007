/** The breakpoints of a host: all of them, and a line to set one more in the words of the model. */
import { X } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { type BreakScope, breakpointText } from '../../core/model/breakpoint.ts'
import { breakpointGrammar, parseBreakpoint } from '../../core/model/breakpoint-text.ts'
import { offer } from '../../core/model/capability.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { hostOf } from '../detail/host-of.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { Section } from '../detail/section.tsx'
import formStyles from '../forms/form.module.css'
import { useSend } from '../state/hooks.ts'
import { useWindow } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './sys.module.css'

type ScopeId = 'name' | 'label' | 'under' | 'all'

export function BreakpointsSection({ row }: { readonly row: Row }): ReactNode {
  const send = useSend()
  const host = useWindow((state) => hostOf(row, state.rows))
  if (host === undefined || !offer(host, 'setBreakpoint').offered) return undefined
  const breakpoints = host.breakpoints ?? []
  return (
    <Section title="Breakpoints" count={breakpoints.length}>
      {breakpoints.length === 0 ? (
        <p className={styles.asOf}>None is set. They hold tasks by themselves, and outlive a reload of the host.</p>
      ) : (
        <ul className={styles.list} aria-label="Breakpoints">
          {breakpoints.map((breakpoint) => (
            <li key={breakpoint.id} className={styles.item}>
              <span className={styles.text}>
                <SafeText text={breakpointText(breakpoint)} />
              </span>
              <Button
                size="pane"
                name={`Remove breakpoint ${breakpointText(breakpoint)}`}
                icon={<X size={12} strokeWidth={1.75} />}
                onClick={() => send(host.key, { verb: 'removeBreakpoint', breakpoint: breakpoint.id })}
              />
            </li>
          ))}
        </ul>
      )}
      <AddBreakpoint row={row} onAdd={(breakpoint) => send(host.key, { verb: 'setBreakpoint', breakpoint })} />
    </Section>
  )
}

function AddBreakpoint({
  row,
  onAdd,
}: {
  readonly row: Row
  readonly onAdd: (
    breakpoint: { id: string } & Extract<ReturnType<typeof parseBreakpoint>, { ok: true }>['value'],
  ) => void
}): ReactNode {
  const id = useId()
  const [text, setText] = useState('')
  const [scope, setScope] = useState<ScopeId>(isTaskRow(row) ? 'name' : 'all')
  const [problem, setProblem] = useState<string>()
  const add = () => {
    const read = parseBreakpoint(text)
    if (!read.ok) return setProblem(read.problem)
    const merged = { ...scopeOf(row, scope), ...read.value.scope }
    onAdd({
      id: crypto.randomUUID(),
      on: read.value.on,
      ...(Object.keys(merged).length > 0 && { scope: merged }),
    })
    setText('')
    setProblem(undefined)
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div className={styles.line}>
        <input
          id={id}
          className={`${formStyles.input} ${styles.grow}`}
          aria-label="Break on"
          aria-invalid={problem === undefined ? undefined : true}
          placeholder="checkpoint page 41"
          list={`${id}-kinds`}
          value={text}
          spellCheck={false}
          autoComplete="off"
          title={breakpointGrammar}
          onChange={(event) => {
            setText(event.target.value)
            setProblem(undefined)
          }}
        />
        <datalist id={`${id}-kinds`}>
          {['start', 'checkpoint', 'progress >= 50', 'error', 'enters input_required', 'enters completed'].map(
            (each) => (
              <option key={each} value={each} />
            ),
          )}
        </datalist>
        <Button size="pane" look="outline" type="submit" name="Add breakpoint">
          Add
        </Button>
      </div>
      {isTaskRow(row) ? (
        <select
          className={formStyles.input}
          aria-label="Which tasks"
          value={scope}
          onChange={(event) => setScope(event.target.value as ScopeId)}
        >
          <option value="name">every {row.name}</option>
          {row.label === undefined ? undefined : <option value="label">only those labelled {row.label}</option>}
          <option value="under">this task and its children</option>
          <option value="all">every task of the host</option>
        </select>
      ) : undefined}
      {problem === undefined ? undefined : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}

function scopeOf(row: Row, scope: ScopeId): BreakScope {
  switch (scope) {
    case 'name':
      return { name: row.name }
    case 'label':
      return isTaskRow(row) && row.label !== undefined ? { name: row.name, label: row.label } : { name: row.name }
    case 'under':
      return { under: row.id }
    case 'all':
      return {}
  }
}
