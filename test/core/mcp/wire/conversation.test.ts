import { expect, test } from 'vitest'
import { Conversation } from '../../../../core/mcp/wire/conversation.ts'
import type { Direction, Frame } from '../../../../core/mcp/wire/frame.ts'
import type { RpcId, RpcMessage } from '../../../../core/mcp/wire/rpc-message.ts'

let seq = 0
function frame(dir: Direction, message: RpcMessage): Frame {
  seq += 1
  return { seq, at: seq, dir, message, transport: 'stdio' }
}
const request = (id: RpcId, method: string): RpcMessage => ({ kind: 'request', id, method, params: {} })
const result = (id: RpcId): RpcMessage => ({ kind: 'result', id, result: {} })

function answered(conversation: Conversation, dir: Direction, id: RpcId): string | undefined {
  const sighting = conversation.see(frame(dir, result(id)))
  return sighting.kind === 'answer' ? sighting.request?.message.method : 'no answer'
}

test('pairs per direction although both sides use the same ids', () => {
  const conversation = new Conversation()
  conversation.see(frame('c2s', request(0, 'tools/call')))
  conversation.see(frame('s2c', request(0, 'elicitation/create')))
  conversation.see(frame('dbg2s', request(0, 'tasks/result')))
  expect(answered(conversation, 'c2s', 0)).toBe('elicitation/create')
  expect(answered(conversation, 's2c', 0)).toBe('tools/call')
  expect(answered(conversation, 's2dbg', 0)).toBe('tasks/result')
})

test('tells the number 1 from the text "1", and an answer that nobody asked for', () => {
  const conversation = new Conversation()
  conversation.see(frame('c2s', request(1, 'a')))
  conversation.see(frame('c2s', request('1', 'b')))
  expect(answered(conversation, 's2c', '1')).toBe('b')
  expect(answered(conversation, 's2c', 1)).toBe('a')
  expect(answered(conversation, 's2c', 1)).toBeUndefined()
})

test('lets the oldest question go when a peer never answers', () => {
  const conversation = new Conversation()
  for (let id = 0; id < 20_001; id += 1) conversation.see(frame('c2s', request(id, 'ping')))
  expect(conversation.size).toBe(20_000)
  expect(answered(conversation, 's2c', 0)).toBeUndefined()
  expect(answered(conversation, 's2c', 20_000)).toBe('ping')
})

test('tells sessions over HTTP apart by their exchange, though they use the same ids', () => {
  const conversation = new Conversation()
  const http = (dir: Direction, message: RpcMessage, n: number): Frame => ({
    ...frame(dir, message),
    transport: 'http',
    http: { n },
  })
  conversation.see(http('c2s', request(1, 'tasks/result'), 1))
  conversation.see(http('c2s', request(1, 'tasks/get'), 2))
  const answered = (n: number) => {
    const sighting = conversation.see(http('s2c', result(1), n))
    return sighting.kind === 'answer' ? sighting.request?.message.method : 'no answer'
  }
  expect([answered(1), answered(2), answered(3)]).toEqual(['tasks/result', 'tasks/get', undefined])
  expect(conversation.size).toBe(0)
})
