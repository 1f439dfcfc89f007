import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { interruptedSpan } from '../../../core/telemetry/lifecycle-spans.ts'
import { type BegunSpan, type OpenLedger, openLedger } from '../../../core/telemetry/open-ledger.ts'
import { numberedSpan } from './numbered-span.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder
let ledger: OpenLedger
let turn: (() => void)[] = []
let order: string[] = []

beforeEach(() => {
  folder = createTemporaryFolder()
  ledger = open()
})

afterEach(() => {
  ledger.close()
  folder.remove()
})

function open(): OpenLedger {
  turn = []
  order = []
  return openLedger({
    folder: folder.path,
    before: () => order.push('queues'),
    atTurnEnd: (callback) => turn.push(callback),
  })
}

function endTurn(): void {
  for (const callback of turn.splice(0)) callback()
}

function begun(n: number): BegunSpan {
  const { end: _end, status: _status, events: _events, ...span } = numberedSpan(n)
  return span
}

function begin(n: number): void {
  ledger.begun(begun(n).spanId, () => begun(n))
}

const path = () => join(folder.path, 'open-spans.jsonl')

it('knows after a kill what was open, and when there was last a sign of life', () => {
  begin(1)
  begin(2)
  endTurn()
  ledger.ended(begun(1).spanId)
  endTurn()
  appendFileSync(path(), '{"cut')
  ledger = open()
  expect(ledger.left).toEqual([begun(2)])
  expect(ledger.lastAliveAt).toBe(statSync(path()).mtimeMs)
  begin(3)
  endTurn()
  ledger = open()
  expect(ledger.left).toEqual([begun(2), begun(3)])
})

it('says nothing of what began and ended in the same turn, and need not make it', () => {
  ledger.begun(begun(1).spanId, () => expect.fail('this span is nobody’s concern any more'))
  begin(2)
  ledger.ended(begun(1).spanId)
  endTurn()
  expect(readFileSync(path(), 'utf8')).toBe(`${JSON.stringify(begun(2))}\n`)
})

it('knows of what ended and began again under its id in the same turn', () => {
  begin(1)
  endTurn()
  ledger.ended(begun(1).spanId)
  begin(1)
  endTurn()
  ledger = open()
  expect(ledger.left).toEqual([begun(1)])
})

it('keeps what an earlier run left until it is told that it ended', () => {
  begin(1)
  endTurn()
  ledger = open()
  ledger = open()
  expect(ledger.left).toHaveLength(1)
  ledger.ended(begun(1).spanId)
  endTurn()
  ledger = open()
  expect(ledger.left).toEqual([])
})

it('brings spans to disk before it says that they ended', () => {
  begin(1)
  endTurn()
  order.length = 0
  ledger.ended(begun(1).spanId)
  expect(order).toEqual([])
  endTurn()
  expect(order).toEqual(['queues'])
})

it('is written anew when it is mostly history', () => {
  begin(0)
  for (let n = 1; n < 4000; n++) {
    begin(n)
    endTurn()
    ledger.ended(begun(n).spanId)
    endTurn()
  }
  expect(readFileSync(path(), 'utf8').split('\n').length).toBeLessThan(5010)
  ledger = open()
  expect(ledger.left).toEqual([begun(0)])
})

it('makes a span of what is left that says so, and ends no earlier than it began', () => {
  const span = interruptedSpan(begun(1), 0)
  expect(span).toMatchObject({ spanId: begun(1).spanId, status: { code: 'error' }, end: span.start })
})
