import { afterEach, expect, test } from 'vitest'
import { RpcPeer } from '../../../../core/mcp/client/rpc-peer.ts'
import { TaskFollower } from '../../../../core/mcp/client/task-follower.ts'
import { legacyEra } from '../../../../core/mcp/eras/legacy.ts'
import type { RpcMessage } from '../../../../core/mcp/wire/rpc-message.ts'
import { createFakeTime, type FakeTime } from '../../../support/fake-time.ts'

let time: FakeTime

afterEach(() => expect(time.pending()).toBe(0))

/** A follower whose server answers when the test says so; `sent` names what it was asked, with the time. */
function follow(fields: Record<string, unknown> = {}) {
  time = createFakeTime(0)
  let id = 0
  const sent: string[] = []
  const open: { id: number; method: string }[] = []
  const failures: string[] = []
  const peer = new RpcPeer({
    clock: time,
    see: () => undefined,
    nextId: () => {
      id += 1
      return id
    },
    nextSeq: () => 1,
    transport: 'stdio',
    send: (outgoing) => {
      const message = outgoing as { id: number; method: string }
      sent.push(`${time.now()} ${message.method}`)
      open.push(message)
    },
  })
  const follower = new TaskFollower({
    peer,
    timers: time,
    taskId: 't',
    pollMs: 1000,
    fetchesResult: true,
    pollFailed: (error) => failures.push(error.message),
    resultFailed: (error) => failures.push(error.message),
  })
  const snapshot = (status: string) => {
    const read = legacyEra.readTask({ taskId: 't', status, ...fields })
    if (read === undefined) throw new Error('no snapshot')
    return read
  }
  const answer = async (
    method: string,
    message: Partial<RpcMessage> = { kind: 'result', result: {} } as RpcMessage,
  ) => {
    const request = open.splice(
      open.findIndex((entry) => entry.method === method),
      1,
    )[0]
    if (request === undefined) throw new Error(`nobody asked ${method}`)
    peer.receive({ id: request.id, ...message } as RpcMessage)
    await time.settle()
  }
  follower.start(snapshot('working'))
  return { follower, sent, failures, snapshot, answer }
}

test('polls one interval after the last answer, never two at a time', async () => {
  const { follower, sent, answer } = follow({ pollInterval: 300 })
  await time.advance(299)
  expect(sent).toEqual([])
  await time.advance(1000)
  expect(sent).toEqual(['300 tasks/get'])
  await answer('tasks/get')
  await time.advance(300)
  expect(sent).toEqual(['300 tasks/get', '1599 tasks/get'])
  follower.stop()
})

test('follows an interval that the server changes, down to a floor', async () => {
  const { follower, sent, snapshot, answer } = follow({ pollInterval: 0 })
  await time.advance(50)
  follower.saw({ ...snapshot('working'), pollIntervalMs: 400 })
  await answer('tasks/get')
  await time.advance(400)
  expect(sent).toEqual(['50 tasks/get', '450 tasks/get'])
  follower.stop()
})

test('opens tasks/result once when the task waits for input, and keeps polling', async () => {
  const { follower, sent, snapshot } = follow()
  follower.saw(snapshot('input_required'))
  follower.saw(snapshot('input_required'))
  await time.advance(1000)
  expect(sent).toEqual(['0 tasks/result', '1000 tasks/get'])
  follower.stop()
})

test('opens tasks/result anew when it was refused and the task still waits', async () => {
  const { follower, sent, failures, snapshot, answer } = follow()
  follower.saw(snapshot('input_required'))
  await answer('tasks/result', { kind: 'error', error: { code: -32603, message: 'no' } } as RpcMessage)
  follower.saw(snapshot('input_required'))
  expect(sent).toEqual(['0 tasks/result', '0 tasks/result'])
  expect(failures).toEqual([])
  follower.stop()
})

test('fetches the result once when the task has ended, and stops polling', async () => {
  const { follower, sent, snapshot, answer } = follow()
  follower.saw(snapshot('completed'))
  await answer('tasks/result')
  follower.saw(snapshot('completed'))
  await time.advance(10_000)
  expect(sent).toEqual(['0 tasks/result'])
  follower.stop()
})

test('fetches nothing for a cancelled task', async () => {
  const { follower, sent, snapshot } = follow()
  follower.saw(snapshot('cancelled'))
  await time.advance(10_000)
  expect(sent).toEqual([])
  follower.stop()
})

test('goes on polling after an error and tells it', async () => {
  const { follower, sent, failures, answer } = follow()
  await time.advance(1000)
  await answer('tasks/get', { kind: 'error', error: { code: -32603, message: 'busy' } } as RpcMessage)
  await time.advance(1000)
  expect(sent).toHaveLength(2)
  expect(failures).toEqual(['busy'])
  follower.stop()
})
