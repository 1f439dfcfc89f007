/** How a task ended: its value, or its error with every cause behind it. */
import type { ReactNode } from 'react'
import { assertNever } from '../../core/model/assert.ts'
import type { FailureKind } from '../../core/model/lifecycle.ts'
import type { Outcome } from '../../core/model/outcome.ts'
import type { ErrorInfo } from '../../core/model/payload.ts'
import styles from './outcome-section.module.css'
import { PayloadView } from './payload-view.tsx'
import { SafeText } from './safe-text.tsx'
import { Section } from './section.tsx'
import { StackList } from './stack-list.tsx'
import { stackLines } from './stack-text.ts'

/** A chain of causes longer than this says nothing new. */
const mostCauses = 8

export function OutcomeSection({ outcome }: { readonly outcome: Outcome }): ReactNode {
  switch (outcome.status) {
    case 'completed':
      return (
        <Section
          title={outcome.toolError ? 'Result, an error of the tool' : 'Result'}
          aside={outcome.afterCancelRequest ? 'completed after cancel was requested' : undefined}
        >
          <PayloadView payload={outcome.value} />
        </Section>
      )
    case 'failed':
      return (
        <Section title="Error" aside={outcome.duringCancel ? 'while it was cancelling' : kindText(outcome.kind)}>
          <ErrorChain error={outcome.error} />
        </Section>
      )
    // By whom and why it was cancelled is said above.
    case 'cancelled':
      return undefined
    default:
      return assertNever(outcome)
  }
}

/** That an error is an error is said by the head. */
function kindText(kind: FailureKind): string | undefined {
  return kind === 'error' ? undefined : kind
}

function ErrorChain({ error }: { readonly error: ErrorInfo }): ReactNode {
  const chain: ErrorInfo[] = []
  for (let next: ErrorInfo | undefined = error; next !== undefined && chain.length < mostCauses; next = next.cause) {
    chain.push(next)
  }
  return chain.map((each, depth) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the place in the chain is what names a cause
    <div key={depth} className={styles.error}>
      {depth === 0 ? undefined : <p className={styles.cause}>caused by</p>}
      <p className={styles.message}>
        <span className={styles.name}>
          <SafeText text={each.name} />
        </span>{' '}
        <SafeText text={each.message} />
        {each.code === undefined ? undefined : (
          <code className={styles.code}>
            <SafeText text={String(each.code)} />
          </code>
        )}
      </p>
      {each.stack === undefined ? undefined : <StackList lines={stackLines(each.stack)} name="Stack of the error" />}
      {each.value === undefined ? undefined : <PayloadView payload={each.value} />}
    </div>
  ))
}
