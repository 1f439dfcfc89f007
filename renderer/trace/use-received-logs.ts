import { useMemo } from 'react'
import type { ReceivedLog } from '../../core/model/received.ts'
import { isTaskRow, type Row } from '../../core/model/row.ts'
import { useStatus, useTrace } from '../state/hooks.ts'
import { receivedLogsOf } from './received-logs.ts'

const none: readonly ReceivedLog[] = []

/** What other programs logged for a task. Its trace is asked for only when something was received at all. */
export function useReceivedLogs(row: Row): readonly ReceivedLog[] {
  const some = (useStatus()?.receive?.matched ?? 0) > 0
  const traceId = some && isTaskRow(row) ? row.trace?.traceId : undefined
  const trace = useTrace(traceId)
  const held = traceId === undefined ? undefined : trace
  const { key } = row
  return useMemo(() => (held === undefined ? none : receivedLogsOf(held, key)), [held, key])
}
