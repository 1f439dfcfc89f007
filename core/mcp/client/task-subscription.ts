/**
 * Hears of the changes of one modern task as they happen, by `subscriptions/listen`. Polling goes on beside it, since a
 * notification may be lost. A stream that ends is opened anew; a server that refuses is not asked again.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { type RpcPeer, undelivered } from './rpc-peer.ts'

export interface TaskSubscriptionOptions {
  readonly peer: RpcPeer
  readonly timers: Timers
  readonly taskId: string
  /** Before a stream that ended is opened anew, milliseconds. */
  readonly reopenMs: number
}

/** Subscribes until disposed. */
export function subscribeToTask({ peer, timers, taskId, reopenMs }: TaskSubscriptionOptions): Dispose {
  let open: number | undefined
  let stopPause: Dispose | undefined
  let disposed = false

  async function listen(): Promise<void> {
    const id = peer.nextId()
    open = id
    const answer = await peer.request('subscriptions/listen', { notifications: { taskIds: [taskId] } }, id)
    open = undefined
    if (disposed || answer === undefined) return
    if (answer.kind === 'error' && answer.error.code !== undelivered) return
    stopPause = timers.after(reopenMs, () => void listen())
  }

  void listen()
  return () => {
    if (disposed) return
    disposed = true
    stopPause?.()
    if (open !== undefined) peer.cancelRequest(open, 'the task has ended')
  }
}
