/** Questions that come as data: what is shown of them, whatever the order in which statuses arrive. */
import { expect, test } from 'vitest'
import type { TaskEntry } from '../../../../core/mcp/analyze/task-entry.ts'
import { InputDesk } from '../../../../core/mcp/client/input-desk.ts'
import { RpcPeer } from '../../../../core/mcp/client/rpc-peer.ts'
import type { OutgoingMessage } from '../../../../core/mcp/wire/rpc-message.ts'
import type { TaskEventBody } from '../../../../core/model/event.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'

const entry: TaskEntry = { node: 'task', id: nodeId('a'), host: 'server', taskId: 'a', state: 'running' }
const inputRequests = { k: { method: 'elicitation/create', params: { message: 'Which?' } } }
const working = { taskId: 'a', status: 'working', raw: {} }
const asking = { taskId: 'a', status: 'input_required', inputRequests, raw: {} }

function desk() {
  const told: TaskEventBody[] = []
  const sent: OutgoingMessage[] = []
  const clock = { now: () => 0 }
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  const peer = new RpcPeer({
    clock,
    transport: 'stdio',
    send: (message) => void sent.push(message),
    see: () => undefined,
    nextId: next,
    nextSeq: next,
  })
  const inputs = new InputDesk({
    emit: (event) => void told.push(event),
    clock,
    peer,
    abilities: {},
    callAgain: () => undefined,
    giveUp: () => undefined,
  })
  const answer = () =>
    inputs.answer(
      entry,
      'k',
      { action: 'decline' },
      {
        id: controlId('c'),
        target: nodeKey(sourceId('server'), entry.id),
        by: { kind: 'person' },
        requestedAt: 0,
        command: { verb: 'answer', requestId: 'k', answer: { action: 'decline' } },
      },
    )
  return { inputs, sent, answer, kinds: () => told.map(({ kind }) => kind) }
}

test('a question that a late status left out can be answered when it is listed again', () => {
  const { inputs, sent, answer, kinds } = desk()
  inputs.saw(entry, asking)
  inputs.saw(entry, working)
  expect(answer()).toBe('unknown')
  inputs.saw(entry, asking)
  expect(kinds()).toEqual(['task.asked', 'task.answered', 'task.asked'])
  expect(answer()).toBeUndefined()
  expect(sent).toMatchObject([{ method: 'tasks/update', params: { inputResponses: { k: { action: 'decline' } } } }])
})

test('a question that was answered is not asked again, however often it is listed', () => {
  const { inputs, answer, kinds } = desk()
  inputs.saw(entry, asking)
  answer()
  inputs.saw(entry, working)
  inputs.saw(entry, asking)
  expect(kinds().filter((kind) => kind === 'task.asked')).toHaveLength(1)
})
