/**
 * What differs between the MCP tasks wires, and nothing else. Everything that follows a conversation asks its era;
 * a further wire is a further `Era`. Reading is tolerant: a shape that is not there reads as `undefined`.
 */
import type { JsonRecord } from '../wire/json-record.ts'
import type { RpcMessage } from '../wire/rpc-message.ts'
import type { TaskSnapshot } from './task-snapshot.ts'

export type EraName = 'legacy' | 'modern'

export interface Era {
  readonly name: EraName
  /** As shown to a person. */
  readonly title: string
  /** The core revision that carries this wire. */
  readonly protocolVersion: string
  /** The notification that tells a task's status. */
  readonly statusNotification: string
  /** Whether a message can only belong to this wire. */
  speaks(message: RpcMessage): boolean
  /** The task that an answer created, when it did. */
  readCreation(result: JsonRecord): TaskSnapshot | undefined
  /** The task in the answer to `tasks/get` or `tasks/cancel`, or in a status notification. */
  readTask(fields: JsonRecord): TaskSnapshot | undefined
}
