/** The feed as the window uses it. The feed client fulfils it; tests and previews hand in their own. */
import type { FeedClient } from '../../core/feed/client.ts'

export type ViewFeed = Pick<
  FeedClient,
  | 'rows'
  | 'lanes'
  | 'state'
  | 'waiting'
  | 'onChange'
  | 'onDetail'
  | 'onLanes'
  | 'onTrace'
  | 'onStatus'
  | 'onState'
  | 'onRefused'
  | 'onFreeze'
  | 'watch'
  | 'control'
  | 'clearFinished'
  | 'freeze'
  | 'thaw'
  | 'close'
>
