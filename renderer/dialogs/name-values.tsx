/** Rows of names and values, such as variables or headers. Values that look secret are masked until asked for. */
import { Eye, EyeOff, Plus, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import formStyles from '../forms/form.module.css'
import { Button } from '../widgets/button.tsx'
import styles from './name-values.module.css'

export interface NameValue {
  readonly name: string
  readonly value: string
}

/** Whether the value of such a name should not be read over a shoulder. */
export function looksSecret(name: string): boolean {
  return /key|token|secret|passw|auth|credential|cookie/i.test(name)
}

export function NameValues({
  title,
  what,
  items,
  onChange,
  masked,
}: {
  readonly title: string
  /** One of them: "variable", "header". */
  readonly what: string
  readonly items: readonly NameValue[]
  readonly onChange: (items: readonly NameValue[]) => void
  readonly masked: (name: string) => boolean
}): ReactNode {
  const [shown, setShown] = useState(false)
  const secrets = items.some((item) => item.value !== '' && masked(item.name))
  const put = (place: number, change: Partial<NameValue>) =>
    onChange(items.map((item, index) => (index === place ? { ...item, ...change } : item)))
  return (
    <fieldset className={styles.rows} aria-label={title}>
      <div className={styles.head}>
        <span className={formStyles.name}>{title}</span>
        {secrets ? (
          <Button
            size="pane"
            name={shown ? 'Hide values' : 'Show values'}
            icon={shown ? <EyeOff size={14} strokeWidth={1.75} /> : <Eye size={14} strokeWidth={1.75} />}
            onClick={() => setShown(!shown)}
          />
        ) : undefined}
        <Button
          size="pane"
          icon={<Plus size={14} strokeWidth={1.75} />}
          onClick={() => onChange([...items, { name: '', value: '' }])}
        >
          Add {what}
        </Button>
      </div>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place; names change as they are typed
        <div key={index} className={styles.row}>
          <input
            className={formStyles.input}
            aria-label={`Name of ${what} ${index + 1}`}
            placeholder="Name"
            spellCheck={false}
            value={item.name}
            onChange={(event) => put(index, { name: event.target.value })}
          />
          <input
            className={formStyles.input}
            aria-label={`Value of ${what} ${index + 1}`}
            placeholder="Value"
            spellCheck={false}
            autoComplete="off"
            type={!shown && masked(item.name) ? 'password' : 'text'}
            value={item.value}
            onChange={(event) => put(index, { value: event.target.value })}
          />
          <Button
            name={`Remove ${what} ${index + 1}`}
            icon={<X size={14} strokeWidth={1.75} />}
            onClick={() => onChange(items.filter((_item, place) => place !== index))}
          />
        </div>
      ))}
    </fieldset>
  )
}
