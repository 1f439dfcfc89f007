/** What a recording becomes when its facts are applied by the registry, as a live wire's are. */
import { CaptureAnalysis } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { passiveContext } from '../../../../core/mcp/analyze/passive-context.ts'
import { TaskEvents } from '../../../../core/mcp/analyze/task-events.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { isTaskRow, type TaskRow } from '../../../../core/model/row.ts'
import { createEmit } from '../../../../core/model/stamp.ts'
import { createRegistry } from '../../../../core/registry/registry.ts'

const source = sourceId('recording')
const node = nodeId('connection')

/** The key of the connection that everything in the recording hangs under. */
export const connectionKey = nodeKey(source, node)

export function replayed(lines: readonly string[]) {
  const registry = createRegistry()
  const events: TaskEvent[] = []
  const emit = createEmit(source, { now: () => 0 }, (event) => {
    events.push(event)
    registry.apply(event)
  })
  emit({ kind: 'node.opened', id: node, node: 'connection', name: 'recording', status: 'open', capabilities: {} })
  const analysis = new CaptureAnalysis([new TaskEvents(passiveContext({ emit, parent: node }))])
  for (const line of lines) analysis.push(line)
  const { findings } = analysis.finish()
  const rows = [...registry.rows()].filter(isTaskRow)
  const row = (id: string) => rows.find(({ key }) => key === nodeKey(source, nodeId(id)))
  return {
    rows,
    row,
    detailOf: ({ key }: TaskRow) => registry.detail(key),
    detail: (id: string) => registry.detail(nodeKey(source, nodeId(id))),
    states: events.flatMap((event) => (event.kind === 'task.state' ? [event.to] : [])),
    signs: events.filter((event) => event.kind === 'task.sign'),
    /** Questions and what became of them, one line each. */
    told: events.flatMap((event) => {
      if (event.kind === 'task.asked') return [`asked ${event.question.requestId}: ${event.question.message}`]
      if (event.kind !== 'task.answered') return []
      return [`${event.action} ${event.requestId} by ${event.by.kind === 'peer' ? event.by.name : event.by.kind}`]
    }),
    illegal: registry.counters().illegal,
    rules: findings.map(({ rule }) => rule),
  }
}
