/**
 * The six kinds of rows. Tasks and calls have a lifecycle state; the others have a status and facts.
 */

export type TaskKind = 'task' | 'call'
export type NodeKind = 'source' | 'host' | 'supervisor' | 'connection'

/** In which way a task's function is kept apart from others. */
export type Isolation = 'inline' | 'thread' | 'process'

/** How a host, supervisor or connection is. `lost`: gone, and it could not say so. */
export type NodeStatus = 'opening' | 'open' | 'frozen' | 'closing' | 'closed' | 'failed' | 'lost'

/**
 * Small named facts of a node. Known names: `pid`, `path`, `command`, `transport`, `era`, `version`, `memoryMb`,
 * `loopBlockedMs` (while the event loop stands still), `strategy`, `restarts`, `intensity`, `periodMs`, `left` (restarts left
 * in the present window), `waiting` (tasks that wait for credit). `null` drops a fact.
 */
export type NodeFacts = Readonly<Record<string, string | number | boolean | null>>

/** Something that a node can run: a task of a module, a tool of a server. */
export interface Offer {
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** JSON Schema of the input; none means free JSON. */
  readonly inputSchema?: Readonly<Record<string, unknown>>
  /** MCP `execution.taskSupport`. For a task of a module: how it is offered to MCP clients; here it is always a task. */
  readonly taskSupport?: 'forbidden' | 'optional' | 'required'
  /** Why it cannot be run from here. */
  readonly unavailable?: string
}
