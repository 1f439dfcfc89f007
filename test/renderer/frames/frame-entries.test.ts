import { describe, expect, test } from 'vitest'
import type { FrameRow } from '../../../core/model/frame.ts'
import { type Entry, frameEntries, matchesFrame } from '../../../renderer/frames/frame-entries.ts'

const request = (seq: number, method: string, at = seq): FrameRow => {
  return { seq, at, dir: 'c2s', kind: 'request', method, rpcId: String(seq), size: 10 }
}
const answer = (seq: number, answers: number, status?: string, at = seq): FrameRow => {
  return {
    seq,
    at,
    dir: 's2c',
    kind: 'result',
    method: 'x',
    answers,
    size: 20,
    ...(status === undefined ? {} : { status }),
  }
}
const poll = (seq: number, status: string) => [
  request(seq, 'tasks/get', seq * 1000),
  answer(seq + 1, seq, status, seq * 1000 + 2),
]
const all = { fold: true, pairs: true, opened: new Set<number>() }
const shape = (entries: readonly Entry[]) =>
  entries.map((entry) => (entry.kind === 'fold' ? `${entry.polls} polls` : `${entry.frame.seq} ${entry.bracket}`))

describe('pairs', () => {
  test('a request is bracketed with its answer, over what came between', () => {
    const notice: FrameRow = { seq: 2, at: 2, dir: 's2c', kind: 'notification', method: 'n', size: 1 }
    expect(shape(frameEntries([request(1, 'tools/call'), notice, answer(3, 1)], all))).toEqual([
      '1 open',
      '2 within',
      '3 close',
    ])
  })

  test('a request without its answer waits, and an answer says how long it took', () => {
    const entries = frameEntries([request(1, 'a', 100), request(2, 'b', 110), answer(3, 1, undefined, 150)], all)
    expect(entries).toMatchObject([{ bracket: 'open' }, { bracket: 'within' }, { bracket: 'close', answerMs: 50 }])
    expect(shape(frameEntries([request(1, 'a')], all))).toEqual(['1 waiting'])
  })
})

describe('polls', () => {
  const frames = [...poll(1, 'working'), ...poll(3, 'working'), ...poll(5, 'working'), ...poll(7, 'completed')]

  test('that say the same are one line after the first', () => {
    const entries = frameEntries(frames, all)
    expect(shape(entries)).toEqual(['1 open', '2 close', '2 polls', '7 open', '8 close'])
    expect(entries[2]).toMatchObject({ everyMs: 2000, answerMs: 2, size: 60, status: 'working', ids: ['3', '5'] })
  })

  test('show again when their fold is opened, or nothing is to be folded', () => {
    expect(shape(frameEntries(frames, { ...all, opened: new Set([3]) }))).toHaveLength(9)
    expect(shape(frameEntries(frames, { ...all, fold: false }))).toHaveLength(8)
  })
})

test('a frame is found by words of it, in any order', () => {
  const frame = { ...answer(12, 11, 'input_required'), method: 'tasks/get' }
  expect(matchesFrame(frame, 'INPUT tasks')).toBe(true)
  expect(matchesFrame(frame, '#12')).toBe(true)
  expect(matchesFrame(frame, 'completed')).toBe(false)
})
