/**
 * Names of things. Two sources may both own a task `1`, so everything outside a source speaks of a key:
 * `sourceId/nodeId`. A source id never holds a slash, a node id may.
 */
import type { Brand } from './brand.ts'

/** Who owns tasks and carries out controls: a runner host, an MCP connection, a recording. */
export type SourceId = Brand<string, 'SourceId'>
/** An id as its own source gave it, unique within that source. Tasks are nodes, so a task id is a node id. */
export type NodeId = Brand<string, 'NodeId'>
/** `sourceId/nodeId`: unique in the whole registry. */
export type NodeKey = Brand<string, 'NodeKey'>
/** The node id of a task. */
export type TaskId = NodeId
/** Names one control request for as long as the session lives. */
export type ControlId = Brand<string, 'ControlId'>

/** Makes a source id. Throws a `RangeError` for an empty text or one with a slash. */
export function sourceId(text: string): SourceId {
  if (text === '' || text.includes('/')) throw new RangeError(`not a source id: ${JSON.stringify(text)}`)
  return text as SourceId
}

/** Brands an id that a source gave to one of its nodes. Throws a `RangeError` for an empty text. */
export function nodeId(text: string): NodeId {
  if (text === '') throw new RangeError('a node id must not be empty')
  return text as NodeId
}

/** The registry-wide key of a source's node. */
export function nodeKey(source: SourceId, id: NodeId): NodeKey {
  return `${source}/${id}` as NodeKey
}

/** Takes a key apart. Throws a `RangeError` when the text is not a key. */
export function parseNodeKey(key: string): { readonly source: SourceId; readonly id: NodeId } {
  const slash = key.indexOf('/')
  if (slash <= 0 || slash === key.length - 1) throw new RangeError(`not a node key: ${JSON.stringify(key)}`)
  return { source: key.slice(0, slash) as SourceId, id: key.slice(slash + 1) as NodeId }
}

/** Brands the id of a control request. */
export function controlId(text: string): ControlId {
  if (text === '') throw new RangeError('a control id must not be empty')
  return text as ControlId
}
