import { describe, expect, it } from 'vitest'
import { controlId, type NodeKey } from '../../../core/model/identity.ts'
import type { Row } from '../../../core/model/row.ts'
import { chooseLanes, mostLanes } from '../../../renderer/timeline/choose-lanes.ts'
import { taskBars } from '../../../renderer/timeline/lane-bars.ts'
import { sessionLoad, sessionSpan } from '../../../renderer/timeline/session-load.ts'
import { createTaskTimes, type TaskTimes } from '../../../renderer/timeline/task-times.ts'
import { taskRow } from '../preview/sample-rows.ts'
import { host } from '../row-samples.ts'

const now = 1_000_000
const span = { from: now - 100_000, to: now + 7000 }

function byKey(rows: readonly Row[]): ReadonlyMap<NodeKey, Row> {
  return new Map(rows.map((row) => [row.key, row]))
}

function timesOf(rows: readonly Row[]): TaskTimes {
  return createTaskTimes(() => byKey(rows))
}

describe('the bars of a task', () => {
  it('name the cause of every wait, of those that are over too', () => {
    const task = taskRow(now, 1, {
      id: 'a',
      of: 'demo',
      name: 'a',
      state: 'pending',
      why: { text: 'held', detail: 'parent is suspended' },
    })
    const intervals = [
      { state: 'suspended', from: now - 9000, to: now - 3000, why: { text: 'by you', detail: 'at page 3' } },
      { state: 'input_required', from: now - 3000, to: now - 2000 },
      { state: 'pending', from: now - 2000 },
    ] as const
    const { bars } = taskBars(task, { key: task.key, intervals, checkpoints: [], signs: [] }, now)
    expect(bars.map((bar) => bar.causes)).toEqual([
      ['suspended by you at page 3', 'suspended by you'],
      ['waits for input'],
      ['pending: held parent is suspended', 'pending: held'],
    ])
  })

  it('grow up to now while it lives, one per state', () => {
    const row = taskRow(now, 1, { id: 'a', of: 'demo', name: 'a', state: 'suspended' })
    const lane = {
      key: row.key,
      intervals: [
        { state: 'running', from: now - 9000, to: now - 3000 },
        { state: 'suspended', from: now - 3000 },
      ],
      checkpoints: [now - 5000],
      signs: [],
    } as const
    expect(taskBars(row, lane, now)).toEqual({
      key: row.key,
      bars: [
        { face: 'running', from: now - 9000, to: now - 3000, open: false },
        { face: 'suspended', from: now - 3000, to: now, open: true },
      ],
      checkpoints: [now - 5000],
      signs: [],
    })
  })

  it('end with a mark, except when all went well', () => {
    const at = { startedAt: now - 5000, endedAt: now - 1000, stateAt: now - 1000 }
    const failed = taskRow(now, 1, { id: 'a', of: 'demo', name: 'a', state: 'failed', failure: 'killed', ...at })
    expect(taskBars(failed, undefined, now)).toMatchObject({
      bars: [{ face: 'running', from: now - 5000, to: now - 1000, open: false }],
      end: { face: 'killed', at: now - 1000 },
    })
    const done = taskRow(now, 1, { id: 'b', of: 'demo', name: 'b', state: 'completed', ...at })
    expect(taskBars(done, undefined, now).end).toBeUndefined()
  })

  it('mark when something was asked that is not there yet', () => {
    const row = taskRow(now, 1, { id: 'a', of: 'demo', name: 'a' })
    const request = {
      id: controlId('c'),
      target: row.key,
      by: { kind: 'person' },
      requestedAt: now - 700,
      command: { verb: 'suspend' },
    } as const
    expect(taskBars({ ...row, control: { request } }, undefined, now).asked).toEqual({
      at: now - 700,
      face: 'suspended',
    })
    expect(taskBars({ ...row, control: { request, effectiveAt: now } }, undefined, now).asked).toBeUndefined()
  })
})

describe('the choice of lanes', () => {
  it('lets siblings of one name share a lane while they do not overlap', () => {
    const fetch = (id: string, ord: number, from: number, to: number) =>
      taskRow(now, ord, {
        id,
        of: 'demo',
        under: 'crawl',
        name: 'fetch',
        state: 'completed',
        createdAt: now - from,
        endedAt: now - to,
      })
    const rows = [fetch('1', 1, 9000, 8000), fetch('2', 2, 8500, 5000), fetch('3', 3, 7000, 6000)]
    const ids = (selected?: (typeof rows)[number]) =>
      chooseLanes(timesOf(rows), byKey(rows), selected?.key, span).lanes.map((lane) => lane.tasks.map((row) => row.id))
    expect(ids()).toEqual([['1', '3'], ['2']])
    expect(ids(rows[2])).toEqual([['1'], ['2'], ['3']])
  })

  it('always shows the selected task, then the living, and counts the rest', () => {
    const rows = Array.from({ length: 300 }, (_, place) =>
      taskRow(now, place, {
        id: `t${place}`,
        of: 'demo',
        name: `task ${place}`,
        ...(place < 290 ? { state: 'completed' as const, endedAt: now - 1000 } : {}),
      }),
    )
    const { lanes, left } = chooseLanes(timesOf(rows), byKey(rows), rows[3]?.key, span)
    const shown = lanes.flatMap((lane) => lane.tasks.map((row) => row.id))
    expect(lanes).toHaveLength(mostLanes)
    expect(shown).toContain('t3')
    for (let place = 290; place < 300; place += 1) expect(shown).toContain(`t${place}`)
    expect(left).toBe(300 - mostLanes)
  })

  it('leaves out what ended before the stretch in view', () => {
    const old = taskRow(now, 1, { id: 'o', of: 'demo', name: 'o', createdAt: 1, state: 'completed', endedAt: 2 })
    expect(chooseLanes(timesOf([old]), byKey([old]), undefined, span).lanes).toEqual([])
  })
})

describe('the load of a session', () => {
  it('counts who lived in each slice', () => {
    const rows = [
      taskRow(now, 1, { id: 'a', of: 'demo', name: 'a', createdAt: now - 10_000 }),
      taskRow(now, 2, {
        id: 'b',
        of: 'demo',
        name: 'b',
        createdAt: now - 5000,
        state: 'failed',
        failure: 'error',
        endedAt: now - 2500,
      }),
    ]
    const session = sessionSpan(timesOf(rows), now)
    expect(session).toEqual({ from: now - 10_000, to: now })
    if (session === undefined) return
    expect(sessionLoad(timesOf(rows), session, 4)).toMatchObject({ live: [1, 1, 2, 2], failures: [3], most: 2 })
  })

  it('ends with the last task where nothing can happen any more, as in a recording', () => {
    const ended = taskRow(now, 1, { id: 'a', of: 'demo', name: 'a', state: 'completed' })
    const row = { ...ended, createdAt: now - 90_000, endedAt: now - 60_000 }
    const recording = host('demo', { node: 'source' })
    expect(sessionSpan(timesOf([recording, row]), now)).toEqual({ from: now - 90_000, to: now - 60_000 })
    expect(sessionSpan(timesOf([host('demo'), row]), now)).toEqual({ from: now - 90_000, to: now })
    expect(sessionSpan(timesOf([host('demo', { status: 'closed' }), row]), now)?.to).toBe(now - 60_000)
  })

  it('has no span before the first task', () => {
    expect(sessionSpan(timesOf([]), now)).toBeUndefined()
  })
})
