/** One message of a conversation as a list shows it. What it holds is fetched on demand. */
import type { NodeId } from './identity.ts'

/** `c` client, `s` server, `dbg` Taskscope itself. */
export type FrameDirection = 'c2s' | 's2c' | 'dbg2s' | 's2dbg' | 'dbg2c' | 'c2dbg'

export interface FrameRow {
  /** Its number in the conversation; findings name it. Messages of a batch count behind the point: 7, 7.1, 7.2. */
  readonly seq: number
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly dir: FrameDirection
  readonly kind: 'request' | 'notification' | 'result' | 'error'
  /** Its own method, or that of the request that it answers. */
  readonly method?: string
  /** The tool that it calls. */
  readonly target?: string
  /** JSON-RPC id as it is written in JSON. */
  readonly rpcId?: string
  /** The number of the request that it answers. */
  readonly answers?: number
  /** The task that it belongs to. */
  readonly task?: NodeId
  /** The status that it tells, as the peer wrote it. */
  readonly status?: string
  readonly statusMessage?: string
  /** Of an error. */
  readonly code?: number
  /** Characters of its JSON. */
  readonly size: number
}

/** The frames of a task or of a connection, the newest kept. */
export interface FrameList {
  /** Another number says that something has changed. */
  readonly revision: number
  readonly rows: readonly FrameRow[]
  /** Older ones that are no longer kept, or not listed. */
  readonly dropped: number
}
