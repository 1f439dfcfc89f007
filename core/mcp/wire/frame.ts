/** One JSON-RPC message seen on a wire: the unit that everything that reads MCP traffic works on. */
import type { RpcMessage } from './rpc-message.ts'

/**
 * Who sent it to whom: `c` client, `s` server, `dbg` Taskscope itself when it speaks to a peer of someone else's
 * conversation. Ids are only unique among the requests of one direction.
 */
export type Direction = 'c2s' | 's2c' | 'dbg2s' | 's2dbg' | 'dbg2c' | 'c2dbg'

const answers: Readonly<Record<Direction, Direction>> = {
  c2s: 's2c',
  s2c: 'c2s',
  dbg2s: 's2dbg',
  s2dbg: 'dbg2s',
  dbg2c: 'c2dbg',
  c2dbg: 'dbg2c',
}

export function isDirection(value: unknown): value is Direction {
  return typeof value === 'string' && Object.hasOwn(answers, value)
}

/** The direction in which a frame is answered. */
export function answerDirection(direction: Direction): Direction {
  return answers[direction]
}

/** Who takes what is sent in this direction: the host of a task that a request in it creates. */
export function receiver(direction: Direction): 'server' | 'client' {
  return direction === 's2c' || direction === 's2dbg' || direction === 'dbg2c' ? 'client' : 'server'
}

export function isFromServer(direction: Direction): boolean {
  return direction === 's2c' || direction === 's2dbg'
}

/** Whether Taskscope sent it: no habit of the client, whatever it is. */
export function isOurs(frame: Pick<Frame, 'dir' | 'injected'>): boolean {
  return frame.injected === true || frame.dir === 'dbg2s' || frame.dir === 'dbg2c'
}

export interface Frame {
  /** Names the frame in findings; in a capture the number of its line. */
  readonly seq: number
  /** Milliseconds: since the epoch on a live wire, since its start in a capture. */
  readonly at: number
  readonly dir: Direction
  readonly message: RpcMessage
  readonly transport: 'stdio' | 'http'
  /** Taskscope sent it into someone else's conversation, or it answers such a frame. */
  readonly injected?: boolean
  readonly http?: Readonly<Record<string, unknown>>
  /** Of a batch, whose messages share one number: its place in it, from 0, and how many there are. */
  readonly batch?: { readonly place: number; readonly of: number }
}
