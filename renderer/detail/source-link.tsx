/** A place in a source file, as a link that opens the person's editor. */
import type { ReactNode } from 'react'
import { useModel } from '../state/window-context.tsx'
import { SafeText } from './safe-text.tsx'
import styles from './source-link.module.css'

export interface SourcePlace {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

export function SourceLink({
  place,
  whole = false,
}: {
  readonly place: SourcePlace
  readonly whole?: boolean
}): ReactNode {
  const model = useModel()
  const { file, line, column } = place
  const text = placeText(place, whole)
  if (!canOpen(file)) {
    return (
      <span className={styles.dead}>
        <SafeText text={text} />
      </span>
    )
  }
  return (
    <button
      type="button"
      className={styles.link}
      title={`Open ${placeText(place, true)} in the editor`}
      onClick={() =>
        void model.invoke('openInEditor', {
          file,
          ...(line === undefined ? {} : { line }),
          ...(column === undefined ? {} : { column }),
        })
      }
    >
      <SafeText text={text} />
    </button>
  )
}

function placeText({ file, line, column }: SourcePlace, whole: boolean): string {
  const name = whole ? file : (file.split(/[\\/]/).at(-1) ?? file)
  return [name, line, whole ? column : undefined].filter((part) => part !== undefined).join(':')
}

/** Only files of this machine; `node:internal/…` and the like have no editor. */
function canOpen(file: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|file:)/.test(file)
}
