import { expect, test } from 'vitest'
import { SseReplays } from '../../../../core/mcp/wire/sse-replays.ts'

const message = { jsonrpc: '2.0', method: 'notifications/tasks/status', params: { taskId: 'a', status: 'working' } }

test('the same event on another connection was sent again', () => {
  const replays = new SseReplays()
  expect(replays.isReplay({ n: 3, sseId: 'e1' }, message)).toBe(false)
  expect(replays.isReplay({ n: 9, sseId: 'e1' }, message)).toBe(true)
  expect(replays.isReplay({ sseId: 'e1' }, message)).toBe(true)
})

test('the same event on the same connection was said twice', () => {
  const replays = new SseReplays()
  replays.isReplay({ n: 3, sseId: 'e1' }, message)
  expect(replays.isReplay({ n: 3, sseId: 'e1' }, message)).toBe(false)
})

test('servers that count the events of each connection from the start repeat ids, not messages', () => {
  const replays = new SseReplays()
  replays.isReplay({ n: 3, sseId: 1 }, message)
  expect(replays.isReplay({ n: 4, sseId: 1 }, { ...message, params: { taskId: 'b', status: 'working' } })).toBe(false)
})

test('without an id nothing is a replay', () => {
  const replays = new SseReplays()
  for (const http of [undefined, {}, { n: 1, sseId: '' }, { n: 2, sseId: null }]) {
    expect(replays.isReplay(http, message)).toBe(false)
    expect(replays.isReplay(http, message)).toBe(false)
  }
})
