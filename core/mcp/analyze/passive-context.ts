/** Task events of a conversation that nobody here takes part in: a recording, or someone else's wire. */
import type { NodeId } from '../../model/identity.ts'
import { nodeId } from '../../model/identity.ts'
import type { Emit } from '../../model/stamp.ts'
import { chooseTraceIds, type IdSource } from '../../model/trace-ids.ts'
import { createRandomIds } from '../../system/random-ids.ts'
import { recordAt, stringAt } from '../wire/json-record.ts'
import type { TaskEventContext } from './task-event-context.ts'

export interface PassiveOptions {
  readonly emit: Emit
  readonly parent: NodeId
  readonly ids?: IdSource
}

const refusal = 'it is only watched here'

/** The client of the conversation did what no frame attributes; a task joins the trace of its request's `traceparent`. */
export function passiveContext({ emit, parent, ids = createRandomIds() }: PassiveOptions): TaskEventContext {
  const client = { kind: 'peer', name: 'the client' } as const
  return {
    emit,
    parent,
    nodeIdOf: (host, taskId) => nodeId(host === 'server' && taskId !== parent ? taskId : `${host}:${taskId}`),
    // Where ids are used again, the place of the frame tells the calls apart.
    callIdOf: (request) => nodeId(`call:${request.message.id}@${request.frame.seq}`),
    capabilities: () => ({ cancel: refusal, kill: refusal, suspend: refusal, retry: refusal, answer: refusal }),
    originOf: (request) => {
      const meta = recordAt(request?.message.params, '_meta')
      return { trace: chooseTraceIds(ids, undefined, stringAt(meta, 'traceparent')), attempt: 1 }
    },
    cancelOf: () => undefined,
    answeredBy: () => client,
    onlyWatches: true,
  }
}
