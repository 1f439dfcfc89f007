/** What ends when Taskscope ends, from the rows alone: live tasks of the hosts and servers that it started. Pure. */
import type { SourceId } from '../core/model/identity.ts'
import { isTerminal } from '../core/model/lifecycle.ts'
import { isTaskRow, type NodeRow, type Row } from '../core/model/row.ts'

export interface EndingTasks {
  readonly count: number
  /** Names of the hosts and servers that they run in. */
  readonly places: readonly string[]
}

/** @param demo path of the demo's module, whose tasks nobody misses */
export function endingTasks(rows: Iterable<Row>, demo: string): EndingTasks {
  const names = new Map<SourceId, string>()
  const live = new Map<SourceId, number>()
  for (const row of rows) {
    if (!isTaskRow(row)) {
      if (isOurs(row) && row.facts.path !== demo) names.set(row.source, row.name)
    } else if (row.node === 'task' && !isTerminal(row.state)) {
      live.set(row.source, (live.get(row.source) ?? 0) + 1)
    }
  }
  const places = [...names].filter(([source]) => live.has(source))
  return {
    count: places.reduce((sum, [source]) => sum + (live.get(source) ?? 0), 0),
    places: places.map(([, name]) => name),
  }
}

/** What other people's clients started, and servers elsewhere, go on without us. */
function isOurs({ node, facts }: NodeRow): boolean {
  if (node === 'host') return facts.served !== true
  return node === 'connection' && facts.transport === 'stdio' && facts.proxy !== true
}
