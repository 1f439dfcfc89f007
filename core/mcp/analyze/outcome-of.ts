/** How a task ended, read from what a peer sent. */
import { actorText } from '../../model/actor.ts'
import type { Why } from '../../model/event.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { TaskSnapshot } from '../eras/task-snapshot.ts'
import type { AnswerSighting } from '../wire/conversation.ts'
import { isRecord, type JsonRecord, listAt, stringAt } from '../wire/json-record.ts'
import { payloadOf, textPayload } from '../wire/payload-of.ts'
import type { RpcError } from '../wire/rpc-message.ts'
import type { CancelOrigin } from './task-event-context.ts'

/** The outcome of a plain call. A tool's own error is a result to JSON-RPC, so the call has completed. */
export function outcomeOfAnswer(answer: AnswerSighting, afterCancel: boolean): Outcome {
  const { message } = answer
  if (message.kind === 'error') return { status: 'failed', kind: 'error', error: errorOfRpc(message.error) }
  return {
    status: 'completed',
    value: payloadOf(message.result),
    ...(message.result.isError === true ? { toolError: true } : {}),
    ...(afterCancel ? { afterCancelRequest: true } : {}),
  }
}

/** The outcome that the answer to a legacy `tasks/result` tells; there a tool's own error fails the task. */
export function outcomeOfTaskResult(result: JsonRecord, afterCancel: boolean): Outcome {
  const value = payloadOf(withoutMeta(result))
  if (result.isError === true) {
    return { status: 'failed', kind: 'error', error: { name: 'ToolError', message: textOf(result), value } }
  }
  return { status: 'completed', value, ...(afterCancel ? { afterCancelRequest: true } : {}) }
}

/** The outcome that a terminal status tells; `fetched` when the result came before it. */
export function outcomeOfSnapshot(
  snapshot: TaskSnapshot,
  fetched: Outcome | undefined,
  cancel: CancelOrigin | undefined,
  afterCancel: boolean,
): Outcome {
  switch (snapshot.status) {
    case 'completed': {
      if (fetched?.status === 'completed') return fetched
      const value = snapshot.result === undefined ? textPayload('(not fetched yet)') : payloadOf(snapshot.result)
      return {
        status: 'completed',
        value,
        ...(snapshot.result?.isError === true ? { toolError: true } : {}),
        ...(afterCancel ? { afterCancelRequest: true } : {}),
      }
    }
    case 'cancelled':
      return {
        status: 'cancelled',
        by: cancel?.by ?? { kind: 'peer', name: 'the peer' },
        reason: cancel?.reason ?? snapshot.statusMessage ?? '',
      }
    default: {
      if (fetched?.status === 'failed') return fetched
      const error =
        snapshot.error === undefined
          ? { name: 'TaskFailed', message: snapshot.statusMessage ?? 'the peer reported the task as failed' }
          : errorOfRpc(snapshot.error)
      return { status: 'failed', kind: 'error', error }
    }
  }
}

function errorOfRpc(error: RpcError): ErrorInfo {
  return {
    name: 'JsonRpcError',
    message: error.message === '' ? 'an error without a message' : error.message,
    code: error.code,
    ...(error.data === undefined ? {} : { value: payloadOf(error.data) }),
  }
}

/** Why a task is being or has been cancelled: "by you", with the peer's own words as detail. */
export function endingText(cancel: CancelOrigin, why: Why | undefined): Why {
  const detail = cancel.reason ?? why?.text
  return { text: `by ${actorText(cancel.by)}`, ...(detail === undefined || detail === '' ? {} : { detail }) }
}

function textOf(result: JsonRecord): string {
  const texts = listAt(result, 'content').flatMap((part) => (isRecord(part) ? [stringAt(part, 'text') ?? ''] : []))
  const text = texts.filter((part) => part !== '').join('\n')
  return text === '' ? 'the tool reported an error without text' : text.slice(0, 4096)
}

function withoutMeta(result: JsonRecord): JsonRecord {
  const { _meta, ...rest } = result
  return rest
}
