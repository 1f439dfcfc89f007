/** One text field with its label, and what is wrong with it. */
import { type ReactNode, useId } from 'react'
import formStyles from '../forms/form.module.css'
import styles from './labelled-input.module.css'

export interface LabelledInputProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  readonly hint?: string
  readonly problem?: string | undefined
  readonly mono?: boolean
  /** More than one line high. */
  readonly lines?: number
  readonly readOnly?: boolean
}

export function LabelledInput(props: LabelledInputProps): ReactNode {
  const { label, value, onChange, placeholder, hint, problem, mono = false, lines, readOnly = false } = props
  const id = useId()
  const shared = {
    id,
    value,
    placeholder,
    readOnly,
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': problem === undefined ? undefined : true,
    'aria-describedby': problem === undefined ? undefined : `${id}-problem`,
  } as const
  return (
    <div className={formStyles.field}>
      <label className={formStyles.name} htmlFor={id}>
        {label}
        {hint === undefined ? undefined : <span className={formStyles.optional}>{hint}</span>}
      </label>
      {lines === undefined ? (
        <input
          {...shared}
          className={`${formStyles.input} ${mono ? styles.mono : ''}`}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...shared}
          rows={lines}
          className={`${formStyles.area} ${styles.short} ${mono ? styles.mono : ''}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {problem === undefined ? undefined : (
        <p id={`${id}-problem`} className={formStyles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
