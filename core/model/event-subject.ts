import type { NodeKey } from './identity.ts'
import type { LifecycleState } from './lifecycle.ts'
import type { Row } from './row.ts'

/** The node that an event is about, as it is after the event. Good for as long as the event is being told. */
export interface EventSubject {
  readonly key: NodeKey
  readonly name: string
  /** Where a task or call stands in its lifecycle; `undefined` for other nodes. */
  readonly state: LifecycleState | undefined
  /** It was heard of but not created yet. */
  readonly placeholder: boolean
  /** Made when it is asked for: most observers get by without it. */
  readonly row: Row
}
