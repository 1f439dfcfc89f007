/** Frames of a stack, newest first; each opens in the editor. */
import type { ReactNode } from 'react'
import { SafeText } from './safe-text.tsx'
import { SourceLink } from './source-link.tsx'
import styles from './stack-list.module.css'
import type { StackLine } from './stack-text.ts'

export function StackList({ lines, name }: { readonly lines: readonly StackLine[]; readonly name: string }): ReactNode {
  return (
    <ol className={styles.list} aria-label={name}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a recursion repeats its frames
        <li key={index} className={styles.frame}>
          {'text' in line ? (
            <span className={styles.other}>
              <SafeText text={line.text} />
            </span>
          ) : (
            <>
              <span className={styles.name}>
                <SafeText text={line.frame.name === '' ? 'anonymous' : line.frame.name} />
              </span>
              {line.frame.file === undefined ? undefined : (
                <SourceLink place={{ file: line.frame.file, line: line.frame.line, column: line.frame.column }} />
              )}
            </>
          )}
        </li>
      ))}
    </ol>
  )
}
