/** A failure that the application reports: one sentence, below it what was seen. */
import type { ReactNode } from 'react'
import type { CommandFailure } from '../../core/feed/app-commands.ts'
import { SafeText } from '../detail/safe-text.tsx'
import styles from './failure-note.module.css'

export function FailureNote({ failure }: { readonly failure: CommandFailure }): ReactNode {
  return (
    <div className={styles.failure} role="alert">
      <p className={styles.text}>
        <SafeText text={failure.error} />
      </p>
      {failure.detail === undefined ? undefined : (
        <pre className={styles.detail}>
          <SafeText text={failure.detail} />
        </pre>
      )}
    </div>
  )
}
