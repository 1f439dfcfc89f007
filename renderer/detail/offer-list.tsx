/** What a host or server can run, each with its Run button, and why not where it cannot. */
import { Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { offer as judge } from '../../core/model/capability.ts'
import type { Offer } from '../../core/model/node.ts'
import type { NodeRow } from '../../core/model/row.ts'
import { visibleText } from '../../core/model/visible-text.ts'
import { useModel } from '../state/window-context.tsx'
import { Button } from '../widgets/button.tsx'
import styles from './offer-list.module.css'
import { SafeText } from './safe-text.tsx'
import { Section } from './section.tsx'

export function OfferList({ row, offers }: { readonly row: NodeRow; readonly offers: readonly Offer[] }): ReactNode {
  const model = useModel()
  if (offers.length === 0) return undefined
  const start = judge(row, 'start')
  return (
    <Section title={row.node === 'connection' ? 'Tools' : 'Tasks it offers'} count={offers.length}>
      <ul className={styles.list}>
        {offers.map((offer) => (
          <li key={offer.name} className={styles.offer}>
            <div className={styles.words}>
              <p className={styles.name}>
                <SafeText text={offer.name} />
                {offer.taskSupport === 'required' ? <span className={styles.mark}>task only</span> : undefined}
                {offer.taskSupport === 'optional' ? <span className={styles.mark}>task or call</span> : undefined}
              </p>
              {offer.description === undefined ? undefined : (
                <p className={styles.about}>
                  <SafeText text={offer.description} />
                </p>
              )}
            </div>
            <Button
              size="pane"
              look="outline"
              icon={<Play size={12} strokeWidth={1.75} />}
              name={`Run ${visibleText(offer.name)}`}
              whyNot={offer.unavailable ?? (start.offered ? undefined : start.reason)}
              onClick={() => model.open({ kind: 'run', target: row.key, offer: offer.name })}
            >
              Run
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
