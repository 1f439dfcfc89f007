/** A value that crossed a border: a JSON tree, or plain text where it is none, with what was cut off. */
import { type ReactNode, useMemo } from 'react'
import { JsonView, type Props } from 'react-json-view-lite'
import type { Payload } from '../../core/model/payload.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import styles from './payload-view.module.css'
import { SafeText } from './safe-text.tsx'
import { countText } from './time-text.ts'

const look: NonNullable<Props['style']> = {
  container: styles.tree ?? '',
  basicChildStyle: styles.child ?? '',
  childFieldsContainer: styles.children ?? '',
  label: styles.label ?? '',
  clickableLabel: `${styles.label ?? ''} ${styles.clickable ?? ''}`,
  nullValue: styles.plain ?? '',
  undefinedValue: styles.plain ?? '',
  numberValue: styles.number ?? '',
  stringValue: styles.string ?? '',
  booleanValue: styles.number ?? '',
  otherValue: styles.plain ?? '',
  punctuation: styles.punctuation ?? '',
  expandIcon: styles.closed ?? '',
  collapseIcon: styles.open ?? '',
  collapsedContent: styles.collapsed ?? '',
  noQuotesForStringValues: false,
  quotesForFieldNames: false,
  stringifyStringValues: false,
}

export function PayloadView({ payload }: { readonly payload: Payload }): ReactNode {
  const tree = useMemo(() => treeOf(payload), [payload])
  return (
    <>
      {tree === undefined ? (
        <pre className={styles.text}>
          <SafeText text={payload.text} />
        </pre>
      ) : (
        <JsonView data={tree} style={look} shouldExpandNode={expandAtFirst} clickToExpandNode />
      )}
      {payload.truncated ? (
        <p className={styles.cut}>
          Cut at {countText(payload.text.length)} of at least {countText(payload.size)} characters
        </p>
      ) : undefined}
    </>
  )
}

function expandAtFirst(level: number, value: unknown): boolean {
  if (level > 2) return false
  return typeof value !== 'object' || value === null || Object.keys(value).length <= 50
}

/** Only objects and lists are trees; single values and broken or cut JSON are read as text. */
function treeOf(payload: Payload): object | undefined {
  if (payload.format !== 'json' || payload.truncated) return undefined
  try {
    const value: unknown = JSON.parse(payload.text)
    return typeof value === 'object' && value !== null ? (shown(value, 0) as object) : undefined
  } catch {
    return undefined
  }
}

/** A deep copy in which every text is safe to read; too deep or odd values become text. */
function shown(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return visibleText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 40) return '…'
  if (Array.isArray(value)) return value.map((item) => shown(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visibleText(key), shown(item, depth + 1)]))
}
