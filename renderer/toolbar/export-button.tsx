/** Whether spans leave this machine, with the health of the collector in a word and a colour. */
import { RadioTower } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ExportHealth } from '../../core/model/export-health.ts'
import { useStatus } from '../state/hooks.ts'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './export-button.module.css'

const words: Readonly<Record<ExportHealth['light'], string>> = {
  off: 'Export off',
  ok: 'Export on',
  waiting: 'Export waits',
  failing: 'Export fails',
}

export function ExportButton(): ReactNode {
  const model = useModel()
  const health = useStatus()?.export
  const light = health?.light ?? 'off'
  return (
    <Button
      icon={<RadioTower className={styles[light]} size={15} strokeWidth={1.75} />}
      hint={hintOf(health)}
      onClick={() => model.open({ kind: 'export' })}
    >
      <span className={styles.word}>{words[light]}</span>
    </Button>
  )
}

function hintOf(health: ExportHealth | undefined): string {
  if (health === undefined || health.light === 'off') return 'Nothing leaves this machine'
  if (health.light === 'failing') return health.lastError ?? 'The collector does not take spans'
  return health.endpoint ?? 'Spans are sent to a collector'
}
