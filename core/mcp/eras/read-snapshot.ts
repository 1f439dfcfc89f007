import { type JsonRecord, numberAt, recordAt, stringAt } from '../wire/json-record.ts'
import type { TaskSnapshot } from './task-snapshot.ts'

/** What the time fields are called on a wire. */
export interface TimeFieldNames {
  readonly ttl: string
  readonly pollInterval: string
}

/** Reads the fields of a task; without a task id and a status it is none. */
export function readSnapshot(fields: JsonRecord, names: TimeFieldNames): TaskSnapshot | undefined {
  const taskId = stringAt(fields, 'taskId')
  const status = stringAt(fields, 'status')
  if (taskId === undefined || taskId === '' || status === undefined) return undefined
  const statusMessage = stringAt(fields, 'statusMessage')
  const createdAt = stringAt(fields, 'createdAt')
  const lastUpdatedAt = stringAt(fields, 'lastUpdatedAt')
  const ttlMs = fields[names.ttl] === null ? null : numberAt(fields, names.ttl)
  const pollIntervalMs = numberAt(fields, names.pollInterval)
  const result = recordAt(fields, 'result')
  const error = recordAt(fields, 'error')
  const inputRequests = recordAt(fields, 'inputRequests')
  return {
    taskId,
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined
      ? {}
      : { error: { code: numberAt(error, 'code') ?? 0, message: stringAt(error, 'message') ?? '' } }),
    ...(inputRequests === undefined ? {} : { inputRequests }),
    raw: fields,
  }
}
