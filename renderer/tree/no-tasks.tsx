import type { ReactNode } from 'react'
import { useCommand } from '../commands/use-command.ts'
import { Button } from '../widgets/button.tsx'
import styles from './no-match.module.css'

/** Stands in an empty tree while sources are open that have run nothing yet. */
export function NoTasks(): ReactNode {
  const { whyNot, run } = useCommand('start.run')
  return (
    <div className={styles.place}>
      <p className={styles.text}>No task has run yet</p>
      <Button size="pane" look="outline" whyNot={whyNot} onClick={run}>
        Run a task…
      </Button>
    </div>
  )
}
