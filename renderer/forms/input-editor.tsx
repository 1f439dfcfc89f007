/** What `useInputForm` holds, on screen: the form, or a JSON editor with one clear sentence when it is wrong. */
import { type ReactNode, useId } from 'react'
import { Segmented } from '../widgets/segmented.tsx'
import styles from './form.module.css'
import { SchemaForm } from './schema-form.tsx'
import type { InputForm } from './use-input-form.ts'

export function InputEditor({ form, name = 'Input' }: { readonly form: InputForm; readonly name?: string }): ReactNode {
  const id = useId()
  if (form.mode === 'form' && form.fields !== undefined) {
    return <SchemaForm fields={form.fields} draft={form.draft} problems={form.problems} onChange={form.change} />
  }
  const lines = Math.min(16, Math.max(5, form.json.split('\n').length + 1))
  return (
    <div className={styles.field}>
      <label className={styles.name} htmlFor={id}>
        {name}
        <span className={styles.optional}>JSON</span>
      </label>
      <textarea
        id={id}
        className={styles.json}
        rows={lines}
        spellCheck={false}
        value={form.json}
        aria-invalid={form.problem !== undefined || undefined}
        aria-describedby={`${id}-problem`}
        onChange={(event) => form.changeJson(event.target.value)}
      />
      <p id={`${id}-problem`} className={styles.problem} role={form.problem === undefined ? undefined : 'alert'}>
        {form.problem}
      </p>
    </div>
  )
}

/** Form or JSON; nothing to choose when only JSON can write it. */
export function InputModeSwitch({ form }: { readonly form: InputForm }): ReactNode {
  if (form.fields === undefined || form.fields.length === 0) return undefined
  return (
    <Segmented
      name="How to write the input"
      options={[
        { id: 'form', title: 'Form' },
        { id: 'json', title: 'JSON' },
      ]}
      chosen={form.mode}
      onChoose={form.switchTo}
    />
  )
}
