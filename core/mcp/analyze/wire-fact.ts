/**
 * What the frames of a conversation say, era-neutral: the vocabulary between reading a wire and everything that is
 * made of it (task events, counts, findings). A fact names the frames that it rests on.
 */
import type { Era } from '../eras/era.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { AnswerSighting, NotificationSighting, RequestSighting } from '../wire/conversation.ts'
import type { Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import type { RpcId } from '../wire/rpc-message.ts'
import type { SideEvent } from './analyzer.ts'

/** Who runs a task. */
export type TaskHost = 'server' | 'client'

/** Where a status was read. */
export type StatusPath = 'get' | 'cancel' | 'update' | 'notification' | 'list'

/** An answer whose request was seen. */
export interface Exchange {
  readonly request: RequestSighting
  readonly answer: AnswerSighting
}

export interface ToolInfo {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly inputSchema?: JsonRecord
  /** Legacy `execution.taskSupport`; absent means forbidden. */
  readonly taskSupport?: 'forbidden' | 'optional' | 'required'
}

export type WireFact =
  /** The frame from which the wire is known for certain, or from which it is another one. */
  | { readonly kind: 'era'; readonly era: Era; readonly frame: Frame }
  /** `initialize` or `server/discover` was answered with a result. */
  | {
      readonly kind: 'server'
      readonly exchange: Exchange
      readonly protocolVersion?: string
      readonly capabilities: JsonRecord
    }
  /** One page of the tool list. `first`: it replaces what was known. */
  | {
      readonly kind: 'tools'
      readonly exchange: Exchange
      readonly tools: readonly ToolInfo[]
      readonly first: boolean
    }
  /** A request that may become a task: a tool call, or one that asks the other side for a task. */
  | {
      readonly kind: 'call.sent'
      readonly request: RequestSighting
      readonly host: TaskHost
      readonly target: string
      /** Legacy `params.task` was there. */
      readonly asksTask: boolean
      /** The first request of the call that it goes on with, where the one who makes the calls says so. */
      readonly continues?: RequestSighting
    }
  /** It was answered, and no task was created; the answer may be that the server asks something first. */
  | { readonly kind: 'call.answered'; readonly exchange: Exchange; readonly host: TaskHost; readonly target: string }
  | {
      readonly kind: 'task.created'
      readonly exchange: Exchange
      readonly host: TaskHost
      readonly target: string
      readonly snapshot: TaskSnapshot
      /** The wire in whose shape it was written. */
      readonly era: Era
    }
  | {
      readonly kind: 'task.status'
      readonly host: TaskHost
      readonly via: StatusPath
      readonly snapshot: TaskSnapshot
      readonly sighting: AnswerSighting | NotificationSighting
    }
  /** A request about a task: `tasks/get`, `tasks/result`, `tasks/cancel`, `tasks/update`. */
  | {
      readonly kind: 'task.request'
      readonly request: RequestSighting
      readonly host: TaskHost
      readonly taskId: string
    }
  /** It was answered. */
  | {
      readonly kind: 'task.response'
      readonly exchange: Exchange
      readonly host: TaskHost
      readonly taskId: string
      readonly ok: boolean
    }
  /** `tasks/list` was answered with a page. */
  | { readonly kind: 'task.page'; readonly exchange: Exchange }
  /** A peer wants something of the other: elicitation, sampling, roots. `taskId` when it says for which task. */
  | { readonly kind: 'asked'; readonly request: RequestSighting; readonly taskId?: string }
  | { readonly kind: 'ask.answered'; readonly exchange: Exchange; readonly taskId?: string }
  | { readonly kind: 'ask.withdrawn'; readonly request: RequestSighting; readonly sighting: NotificationSighting }
  /** A client has ended its session over HTTP, and the server did not refuse that; `request` is the DELETE. */
  | { readonly kind: 'session.ended'; readonly request: SideEvent }
  /** `notifications/cancelled` for a request of the sender. */
  | { readonly kind: 'request.cancelled'; readonly requestId: RpcId; readonly sighting: NotificationSighting }
  | {
      readonly kind: 'progress'
      readonly token: RpcId
      readonly progress: number
      readonly total?: number
      readonly message?: string
      readonly sighting: NotificationSighting
    }
  | {
      readonly kind: 'log'
      readonly level: string
      readonly text: string
      readonly sighting: NotificationSighting
    }
