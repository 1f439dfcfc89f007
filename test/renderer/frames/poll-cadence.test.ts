import { expect, test } from 'vitest'
import type { FrameRow } from '../../../core/model/frame.ts'
import { cadenceText } from '../../../renderer/frames/poll-cadence.ts'

const poll = (at: number, dir: FrameRow['dir'] = 'c2s'): FrameRow => ({
  seq: at,
  at,
  dir,
  kind: 'request',
  method: 'tasks/get',
  size: 10,
})

test('the usual gap between polls stands beside the interval that was asked for', () => {
  expect(cadenceText([poll(0), poll(1000), poll(2000), poll(9000)], 500)).toBe(
    'Polled 4 times, every 1.0 s; 500 ms was asked for.',
  )
  expect(cadenceText([poll(0), poll(1000), poll(2000)], undefined)).toContain('no interval was asked for')
})

test('few polls have no cadence, and injected ones are nobody’s habit', () => {
  expect(cadenceText([poll(0), poll(1000)], 500)).toBeUndefined()
  expect(cadenceText([poll(0), poll(1000), poll(1100, 'dbg2s')], 500)).toBeUndefined()
  expect(cadenceText([poll(0), poll(1), { ...poll(2), method: 'tasks/result' }], 500)).toBeUndefined()
})
