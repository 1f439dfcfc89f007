import type { ReactNode } from 'react'
import styles from './logo.module.css'

/** The application's mark: rows of a tree, the last one still going. */
export function Logo(): ReactNode {
  return (
    <svg className={styles.logo} width="20" height="20" viewBox="0 0 20 20" role="img" aria-label="Taskscope">
      <rect className={styles.ground} x="0.5" y="0.5" width="19" height="19" rx="5" />
      <path className={styles.lines} d="M5 6.5h10M5 10h7.5M5 13.5h5M14.5 10.5v3" />
    </svg>
  )
}
