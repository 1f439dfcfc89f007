/** What the application and its receiver, a worker thread of its own, say to each other. */
import type { ReceiveCounts } from './receive-counts.ts'
import type { TraceBatch } from './trace-shelf.ts'

/** Handed to the worker when it starts. */
export interface ReceiverStart {
  /** The first that is free is taken; 0 is any. */
  readonly ports: readonly number[]
  readonly token: string | undefined
  readonly instance: string
}

export type ToReceiver =
  /** Traces that have tasks from now on, and those that have none any more. */
  | { readonly type: 'traces'; readonly known: readonly string[]; readonly forgotten: readonly string[] }
  /** So many spans and logs have been worked off. */
  | { readonly type: 'taken'; readonly items: number }
  /** Let go of everything and end. */
  | { readonly type: 'close' }

export type FromReceiver =
  | { readonly type: 'listening'; readonly port: number }
  /** It cannot listen, in one sentence; it ends by itself. */
  | { readonly type: 'failed'; readonly text: string }
  | { readonly type: 'traces'; readonly items: number; readonly batches: readonly TraceBatch[] }
  | { readonly type: 'counts'; readonly counts: ReceiveCounts; readonly error?: string; readonly errorAt?: number }
