/** A detail and lanes that go with the sample rows. */

import type { ControlRecord, ControlVerb } from '../../../core/model/control.ts'
import type { Detail, Lane, StateInterval } from '../../../core/model/detail.ts'
import { controlId, type NodeKey } from '../../../core/model/identity.ts'
import { isTaskRow, type Row } from '../../../core/model/row.ts'

const none = { items: [], dropped: 0 }

export function sampleDetail(row: Row, now: number): Detail {
  const you = { kind: 'person' } as const
  const asked = (id: string, ago: number, command: ControlVerb): ControlRecord => ({
    request: { id: controlId(id), target: row.key, by: you, requestedAt: now - ago, command },
    acknowledgedAt: now - ago + 2,
  })
  return {
    key: row.key,
    row,
    input: { format: 'json', text: '{"file":"corpus-04.txt"}', size: 24, truncated: false },
    questions: [],
    controls: [
      asked('c1', 1200, { verb: 'suspend' }),
      { ...asked('c2', 34_300, { verb: 'step' }), refusedAt: now - 34_298, refusal: 'not suspended' },
      { ...asked('c3', 52_500, { verb: 'resume' }), effectiveAt: now - 52_498, effect: 'held for 8.0 s' },
      { ...asked('c4', 61_300, { verb: 'suspend' }), effectiveAt: now - 60_488, effect: 'at chunk 402' },
    ],
    intervals: intervalsOf(row, now),
    events: none,
    logs: none,
    spans: none,
    findings: none,
    offers: [],
  }
}

export function sampleLanes(rows: ReadonlyMap<NodeKey, Row>, now: number): readonly Lane[] {
  return [...rows.values()]
    .filter(isTaskRow)
    .slice(0, 200)
    .map((row) => ({
      key: row.key,
      intervals: intervalsOf(row, now),
      checkpoints: row.checkpoint === undefined ? [] : [row.checkpoint.at],
      signs: row.stillRunning === undefined ? [] : [row.stillRunning.lastSign],
    }))
}

function intervalsOf(row: Row, now: number): readonly StateInterval[] {
  if (!isTaskRow(row) || row.startedAt === undefined) return []
  if (row.endedAt !== undefined) return [{ state: 'running', from: row.startedAt, to: row.endedAt }]
  const held = row.state === 'suspended' ? now - 3000 : undefined
  if (held === undefined) return [{ state: row.state, from: row.startedAt }]
  return [
    { state: 'running', from: row.startedAt, to: held },
    { state: 'suspended', from: held },
  ]
}
