/** What the newest change of the state from outside was, old beside new, and the way back. */
import { Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { actorText } from '../../core/model/actor.ts'
import { offer } from '../../core/model/capability.ts'
import type { StateReplacement } from '../../core/model/detail.ts'
import type { TaskRow } from '../../core/model/row.ts'
import { diffStates } from '../../core/model/state-change.ts'
import { SafeText } from '../detail/safe-text.tsx'
import { Section } from '../detail/section.tsx'
import { clockText } from '../detail/time-text.ts'
import { useSend } from '../state/hooks.ts'
import { Button } from '../widgets/button.tsx'
import styles from './sys.module.css'

export function StateDifference({
  row,
  replaced,
}: {
  readonly row: TaskRow
  readonly replaced: StateReplacement
}): ReactNode {
  const send = useSend()
  const may = offer(row, 'replaceState')
  const differences = diffStates(replaced.before, replaced.after)
  const undo = (
    <Button
      size="pane"
      look="outline"
      icon={<Undo2 size={12} strokeWidth={1.75} />}
      whyNot={may.offered ? undefined : may.reason}
      onClick={() => send(row.key, { verb: 'replaceState', change: { undo: true } })}
    >
      Undo
    </Button>
  )
  return (
    <Section title={replaced.undo ? 'Change undone' : 'State changed'} aside={replaced.undo ? undefined : undo}>
      <p className={styles.asOf}>
        by {actorText(replaced.by)} at {clockText(replaced.at, 1)}
      </p>
      {differences.length === 0 ? <p className={styles.quiet}>Nothing is different.</p> : undefined}
      <dl className={styles.differences}>
        {differences.map(({ path, before, after }) => (
          <Difference key={path} path={path} before={before} after={after} />
        ))}
      </dl>
    </Section>
  )
}

function Difference({
  path,
  before,
  after,
}: {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}): ReactNode {
  return (
    <>
      <dt className={styles.path}>
        <SafeText text={path === '' ? 'state' : path} />
      </dt>
      <dd className={styles.sides}>
        {before === undefined ? undefined : (
          <del className={styles.before}>
            <SafeText text={before} />
          </del>
        )}{' '}
        <ins className={styles.after}>
          <SafeText text={after ?? 'taken out'} />
        </ins>
      </dd>
    </>
  )
}
