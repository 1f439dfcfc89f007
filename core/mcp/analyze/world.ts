import type { Era } from '../eras/era.ts'
import type { Conversation } from '../wire/conversation.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { ToolInfo } from './wire-fact.ts'

/** What is known of a conversation so far. Only the analyzer changes it. */
export interface World {
  readonly conversation: Conversation
  /** The wire of the newest frame that tells; over HTTP clients of both may share a recording. */
  readonly era: Era | undefined
  /** Somebody opened a session, as only the legacy wire does. */
  readonly initialized: boolean
  readonly protocolVersion: string | undefined
  readonly serverCapabilities: JsonRecord | undefined
  /** Tools by name, as listed last; empty until a list was seen. */
  readonly tools: ReadonlyMap<string, ToolInfo>
  readonly toolsListed: boolean
}
