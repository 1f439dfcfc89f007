/** Rows of an invented session: every state, two supervisors' worth of tasks, three hosts and three connections. */
import type { Capabilities } from '../../../core/model/capability.ts'
import { controlId, type NodeKey, nodeId, nodeKey, sourceId } from '../../../core/model/identity.ts'
import type { NodeRow, Row, TaskRow } from '../../../core/model/row.ts'

export const host: Capabilities = { freeze: true, thaw: true, takeStack: true, stop: true, restart: true, start: true }
const inline: Capabilities = {
  suspend: true,
  resume: true,
  step: true,
  cancel: true,
  retry: true,
  getState: true,
  answer: true,
  kill: 'it shares its host with other tasks; end the host instead',
}
const served: Capabilities = {
  cancel: true,
  answer: true,
  retry: true,
  suspend: 'its code runs in the server, not here',
  kill: 'end the server instead',
}

export interface SampleTask extends Partial<Omit<TaskRow, 'key' | 'parent' | 'source' | 'id'>> {
  readonly id: string
  readonly name: string
  readonly of: string
  readonly under?: string
}

export function taskRow(now: number, ord: number, { id, of, under, ...facts }: SampleTask): TaskRow {
  const source = sourceId(of)
  const startedAt = facts.state === 'pending' ? undefined : (facts.startedAt ?? now - 12_400)
  return {
    key: nodeKey(source, nodeId(id)),
    source,
    id: nodeId(id),
    parent: nodeKey(source, nodeId(under ?? 'host')),
    ord,
    node: 'task',
    capabilities: of === 'everything' || of === 'research' ? served : inline,
    createdAt: startedAt ?? now - 12_600,
    state: 'running',
    isolation: 'inline',
    attempt: 1,
    stateAt: startedAt ?? now - 12_600,
    runningMs: 0,
    suspendedMs: 0,
    holds: [],
    questions: 0,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...facts,
  }
}

export function nodeRow(of: string, ord: number, createdAt: number, facts: Partial<NodeRow>): NodeRow {
  const source = sourceId(of)
  const id = facts.id ?? nodeId('host')
  return {
    key: nodeKey(source, id),
    source,
    id,
    ord,
    name: of,
    node: 'host',
    status: 'open',
    facts: {},
    capabilities: host,
    createdAt,
    ...facts,
  }
}

export const tokenizeKey = nodeKey(sourceId('corpus'), nodeId('t_8f3k2q0v7n'))

/** @param now milliseconds since the Unix epoch */
export function sampleRows(now: number): Map<NodeKey, Row> {
  const rows: Row[] = []
  const ago = (seconds: number) => now - seconds * 1000
  const ended = (from: number, took: number) => ({ startedAt: ago(from), endedAt: ago(from - took) })
  const owner = (of: string, facts: Partial<NodeRow>) => rows.push(nodeRow(of, rows.length, ago(252), facts))
  const add = (task: SampleTask) => rows.push(taskRow(now, rows.length, task))
  const you = { kind: 'person' } as const

  owner('demo', { facts: { pid: 41822, memoryMb: 38 } })
  owner('corpus', { facts: { pid: 41830, memoryMb: 112, loopBlockedMs: 4700 } })
  owner('everything', { node: 'connection', id: nodeId('connection'), facts: { transport: 'stdio', era: 'legacy' } })
  owner('research', { node: 'connection', id: nodeId('connection'), facts: { transport: 'http', era: 'modern' } })
  owner('worker-9', { status: 'lost', endedAt: ago(12) })
  rows.push(
    nodeRow('demo', rows.length, ago(252), {
      id: nodeId('root'),
      parent: nodeKey(sourceId('demo'), nodeId('host')),
      node: 'supervisor',
      facts: { strategy: 'one_for_one', restarts: 1, intensity: 3, periodMs: 5000 },
      why: { text: 'restarted crawl once', detail: '· 2 restarts left in 5 s' },
    }),
  )
  add({
    id: 'crawl',
    of: 'demo',
    under: 'root',
    name: 'crawl',
    label: 'docs.example.dev',
    why: { text: 'waits for 2 children' },
    progress: { current: 41, total: 100 },
    attempt: 2,
  })
  add({
    id: 'index',
    of: 'demo',
    under: 'crawl',
    name: 'index',
    label: 'batch-041',
    state: 'suspended',
    startedAt: ago(6.5),
    holds: [{ id: 'h1', owner: you, how: 'checkpoint', requestedAt: ago(3.1), effectiveAt: ago(3), at: 'page 41' }],
    progress: { current: 18, total: 40 },
  })
  add({
    id: 'embed-18',
    of: 'demo',
    under: 'index',
    name: 'embed',
    label: 'chunk 18',
    state: 'pending',
    why: { text: 'held', detail: 'parent is suspended' },
  })
  add({
    id: 'embed-17',
    of: 'demo',
    under: 'index',
    name: 'embed',
    label: 'chunk 17',
    state: 'completed',
    ...ended(6, 1.1),
  })
  add({
    id: 'fetch-1',
    of: 'demo',
    under: 'crawl',
    name: 'fetch',
    label: '/guide/control',
    startedAt: ago(2.8),
    why: { text: 'reading body', detail: '184 kB of 1.2 MB' },
    progress: { current: 15, total: 100 },
  })
  add({
    id: 'fetch-2',
    of: 'demo',
    under: 'crawl',
    name: 'fetch',
    label: '/guide/tasks',
    state: 'completed',
    ...ended(9, 3.7),
    why: { text: '200', detail: 'after 1 retry' },
  })
  add({
    id: 'fetch-3',
    of: 'demo',
    under: 'crawl',
    name: 'fetch',
    label: '/api/legacy',
    state: 'failed',
    failure: 'error',
    ...ended(8, 2.6),
    why: { text: 'ECONNRESET', detail: 'GET /api/legacy, attempt 1 of 1' },
  })
  add({
    id: 'fetch-4',
    of: 'demo',
    under: 'crawl',
    name: 'fetch',
    label: '/guide/intro',
    state: 'completed',
    ...ended(11, 0.82),
    why: { text: '200' },
  })
  add({
    id: 'fetch-5',
    of: 'demo',
    under: 'crawl',
    name: 'fetch',
    label: '/blog',
    state: 'cancelled',
    ...ended(10, 0.064),
    why: { text: 'by crawl', detail: 'deeper than depth 2' },
  })
  add({
    id: 'tiles',
    of: 'demo',
    under: 'root',
    name: 'render-tiles',
    label: 'z14',
    state: 'suspended',
    isolation: 'thread',
    startedAt: ago(72),
    holds: [
      {
        id: 'h2',
        owner: you,
        how: 'debugger',
        requestedAt: ago(28.1),
        effectiveAt: ago(28),
        at: 'tiles.ts:112, busy loop',
      },
    ],
    progress: { current: 0.63, total: 1 },
  })
  add({
    id: 'sync',
    of: 'demo',
    under: 'root',
    name: 'sync-assets',
    label: 'cdn-eu',
    state: 'cancelling',
    cause: 'cancel',
    startedAt: ago(44),
    stateAt: ago(3.4),
    why: { text: 'cancel acknowledged 3.4 s, still showing life' },
  })
  add({
    id: 'upload',
    of: 'demo',
    under: 'root',
    name: 'upload',
    label: 'snapshot',
    state: 'failed',
    failure: 'timeout',
    timeoutMs: 30_000,
    ...ended(60, 30),
  })
  add({
    id: 'leak',
    of: 'demo',
    under: 'root',
    name: 'leak-probe',
    state: 'failed',
    failure: 'killed',
    ...ended(40, 9.2),
    why: { text: 'by you', detail: 'host restarted, 0 tasks lost' },
  })
  add({
    id: 'report',
    of: 'demo',
    under: 'root',
    name: 'report',
    label: 'nightly',
    state: 'pending',
    why: { text: 'starts after crawl' },
  })
  add({
    id: 't_8f3k2q0v7n',
    of: 'corpus',
    name: 'tokenize',
    label: 'corpus-04.txt',
    startedAt: ago(80),
    progress: { current: 418, total: 800 },
    checkpoint: { label: 'chunk 418', at: ago(4.8) },
    holds: [{ id: 'h3', owner: you, how: 'checkpoint', requestedAt: ago(1.2) }],
    control: {
      request: {
        id: controlId('c1'),
        target: tokenizeKey,
        by: you,
        requestedAt: ago(1.2),
        command: { verb: 'suspend' },
      },
      acknowledgedAt: ago(1.198),
    },
  })
  add({
    id: 'bf42c09e',
    of: 'everything',
    under: 'connection',
    name: 'simulate-research-query',
    label: 'topic: tides',
    state: 'input_required',
    startedAt: ago(41.1),
    questions: 1,
  })
  add({
    id: 'c7d0',
    of: 'everything',
    under: 'connection',
    name: 'simulate-research-query',
    startedAt: ago(28.6),
    why: { text: '“Gathering sources…”', detail: 'ttl 4 m 31 s' },
    progress: { current: 1, total: 4 },
  })
  add({
    id: '1e90',
    of: 'everything',
    under: 'connection',
    name: 'slow-count',
    state: 'cancelled',
    ...ended(60, 43),
    stillRunning: { since: ago(17), lastSign: ago(1), text: '9 progress notices since' },
  })
  for (const [place, name] of ['echo', 'get-sum', 'print-env'].entries()) {
    add({
      id: `call-${place}`,
      of: 'everything',
      under: 'connection',
      name,
      node: 'call',
      state: 'completed',
      ...ended(70 + place, 0.02),
    })
  }
  add({
    id: 'r1',
    of: 'research',
    under: 'connection',
    name: 'summarize-repo',
    startedAt: ago(18.2),
    why: { text: '“Reading 212 of 640 files”', detail: 'polled every 1.0 s' },
    progress: { current: 33, total: 100 },
  })
  for (let shard = 2; shard <= 3; shard += 1) {
    add({
      id: `shard-${shard}`,
      of: 'worker-9',
      name: 'reindex',
      label: `shard ${shard}`,
      state: 'failed',
      failure: 'lost',
      startedAt: ago(412),
      endedAt: ago(12),
      why: { text: 'worker-9 disconnected', detail: 'last event 12 s ago' },
      progress: { current: shard === 2 ? 80 : 31, total: 100 },
    })
  }
  for (let shard = 4; shard <= 12; shard += 1) {
    add({
      id: `shard-${shard}`,
      of: 'worker-9',
      name: 'reindex',
      label: `shard ${shard}`,
      state: 'completed',
      ...ended(400, 200 + shard * 7),
    })
  }
  return new Map(rows.map((row) => [row.key, row]))
}
