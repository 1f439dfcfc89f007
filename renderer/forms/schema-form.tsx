/** The fields of a flat schema as a form. It holds no state: what is typed lives with its owner and is never lost. */
import { Checkbox } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { visibleText } from '../../core/model/visible-text.ts'
import { SafeText } from '../detail/safe-text.tsx'
import type { Draft, DraftValue } from './draft.ts'
import type { FormField } from './flat-schema.ts'
import styles from './form.module.css'

export interface SchemaFormProps {
  readonly fields: readonly FormField[]
  readonly draft: Draft
  /** One sentence per field that cannot be sent as it is. */
  readonly problems: Readonly<Record<string, string>>
  readonly onChange: (key: string, value: DraftValue) => void
}

export function SchemaForm({ fields, draft, problems, onChange }: SchemaFormProps): ReactNode {
  if (fields.length === 0) return <p className={styles.none}>It takes no input.</p>
  return (
    <div className={styles.fields}>
      {fields.map((field) => (
        <Field
          key={field.key}
          field={field}
          value={Object.hasOwn(draft, field.key) ? draft[field.key] : undefined}
          problem={Object.hasOwn(problems, field.key) ? problems[field.key] : undefined}
          onChange={(value) => onChange(field.key, value)}
        />
      ))}
    </div>
  )
}

interface FieldProps {
  readonly field: FormField
  readonly value: DraftValue
  readonly problem: string | undefined
  readonly onChange: (value: DraftValue) => void
}

function Field({ field, value, problem, onChange }: FieldProps): ReactNode {
  const id = useId()
  const described = `${id}-about`
  const about = problem ?? aboutField(field)
  const group = field.kind === 'choices'
  return (
    <div className={styles.field} {...(group ? { role: 'group', 'aria-labelledby': `${id}-name` } : {})}>
      {field.kind === 'boolean' ? (
        <div className={styles.check}>
          <CheckBox id={id} checked={value === true} onChange={onChange} />
          <label htmlFor={id}>
            <SafeText text={field.title} />
          </label>
        </div>
      ) : (
        <>
          <label className={styles.name} id={`${id}-name`} htmlFor={group ? undefined : id}>
            <SafeText text={field.title} />
            {field.required ? undefined : <span className={styles.optional}>optional</span>}
          </label>
          <Control
            id={id}
            field={field}
            value={value}
            wrong={problem !== undefined}
            describedBy={described}
            onChange={onChange}
          />
        </>
      )}
      {about === undefined ? undefined : (
        <p id={described} className={problem === undefined ? styles.about : styles.problem}>
          <SafeText text={about} />
        </p>
      )}
    </div>
  )
}

function Control({
  id,
  field,
  value,
  wrong,
  describedBy,
  onChange,
}: Omit<FieldProps, 'problem'> & {
  readonly id: string
  readonly wrong: boolean
  readonly describedBy: string
}): ReactNode {
  const aria = { 'aria-invalid': wrong || undefined, 'aria-describedby': describedBy, 'aria-required': field.required }
  if (field.kind === 'choices') {
    const chosen = Array.isArray(value) ? (value as readonly string[]) : []
    return (
      <div className={styles.choices}>
        {field.choices.map((choice, index) => {
          const place = String(index)
          return (
            <div key={place} className={styles.check}>
              <CheckBox
                id={`${id}-${place}`}
                checked={chosen.includes(place)}
                onChange={(checked) => onChange(checked ? [...chosen, place] : chosen.filter((each) => each !== place))}
              />
              <label htmlFor={`${id}-${place}`}>
                <SafeText text={choice.title} />
              </label>
            </div>
          )
        })}
      </div>
    )
  }
  const text = typeof value === 'string' ? value : ''
  if (field.kind === 'choice') {
    return (
      <select
        id={id}
        className={styles.input}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        {...aria}
      >
        <option value="">{field.required ? 'Choose one' : 'None'}</option>
        {field.choices.map((choice, index) => (
          <option key={String(choice.value)} value={index}>
            {visibleText(choice.title)}
          </option>
        ))}
      </select>
    )
  }
  if (field.kind === 'text' && (field.maxLength ?? 0) > 200) {
    return (
      <textarea
        id={id}
        className={styles.area}
        rows={3}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        {...aria}
      />
    )
  }
  return (
    <input
      id={id}
      className={styles.input}
      type={field.kind === 'text' && field.format === 'date' ? 'date' : 'text'}
      inputMode={field.kind === 'number' ? 'decimal' : undefined}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => onChange(event.target.value)}
      {...aria}
    />
  )
}

function CheckBox({
  id,
  checked,
  onChange,
}: {
  readonly id: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}): ReactNode {
  return (
    <Checkbox.Root id={id} className={styles.box} checked={checked} onCheckedChange={(next) => onChange(next === true)}>
      <Checkbox.Indicator>
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path
            d="M1.5 5.5 4 8l4.5-6"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.75"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      </Checkbox.Indicator>
    </Checkbox.Root>
  )
}

function aboutField(field: FormField): string | undefined {
  const limits = limitsOf(field)
  if (field.description === undefined) return limits
  return limits === undefined ? field.description : `${field.description} (${limits})`
}

function limitsOf(field: FormField): string | undefined {
  switch (field.kind) {
    case 'number': {
      const low = field.minimum ?? field.above
      const high = field.maximum ?? field.below
      // Limits of the number type itself are no news.
      const shown = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER
      if (shown(low) && shown(high)) return `${low} to ${high}`
      if (shown(low)) return `${low} or more`
      return shown(high) ? `${high} or less` : undefined
    }
    case 'text':
      if (field.format === 'date-time') return 'like 2026-11-24T09:30:00Z'
      if (field.pattern !== undefined && field.format === undefined) return `must match ${field.pattern}`
      return undefined
    default:
      return undefined
  }
}
