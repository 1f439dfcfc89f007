/** A modern call that is answered with questions is one row for as long as it goes back and forth. */
import { describe, expect, test } from 'vitest'
import { type CaptureLines, capture, modernMeta } from './capture-lines.ts'
import { replayed } from './replayed.ts'

type Fields = Readonly<Record<string, unknown>>

const confirm = {
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message: 'Delete 3 files?',
    requestedSchema: { type: 'object', properties: { confirm: { type: 'boolean' } }, required: ['confirm'] },
  },
}
const yes = { confirm: { action: 'accept', content: { confirm: true } } }

/** As the clients of the SDK and of FastMCP write it: the same call anew, with a progress token of its own. */
function call(lines: CaptureLines, id: number, input: Fields, more: Fields = {}): CaptureLines {
  const _meta = { ...modernMeta, progressToken: id }
  return lines.request(id, 'tools/call', { name: 'delete', arguments: input, _meta, ...more }, 'c2s', { n: id })
}

function asks(lines: CaptureLines, id: number, requestState?: string, inputRequests: Fields = { confirm }) {
  const state = requestState === undefined ? {} : { requestState }
  return lines.result(id, { resultType: 'input_required', inputRequests, ...state }, 's2c', { n: id })
}

function ends(lines: CaptureLines, id: number): CaptureLines {
  return lines.result(id, { resultType: 'complete', content: [{ type: 'text', text: 'gone' }] }, 's2c', { n: id })
}

describe('a call that is answered with a question', () => {
  const asked = () => asks(call(capture(), 1, { path: 'a' }), 1, 'v1.abc')
  const again = () => call(asked(), 2, { path: 'a' }, { inputResponses: yes, requestState: 'v1.abc' })

  test('waits for input', () => {
    const { rows, told } = replayed(asked().lines)
    expect(rows).toMatchObject([{ node: 'call', name: 'delete', state: 'input_required', questions: 1 }])
    expect(told).toEqual(['asked confirm: Delete 3 files?'])
  })

  test('goes on when it is made again with the answer', () => {
    const { rows, told } = replayed(again().lines)
    expect(rows).toMatchObject([{ state: 'running', questions: 0 }])
    expect(told).toEqual(['asked confirm: Delete 3 files?', 'accept confirm by the client'])
  })

  test('ends with the answer to the last round', () => {
    const second = asks(again(), 2, 'v1.def')
    const lines = ends(call(second, 3, { path: 'a' }, { inputResponses: yes, requestState: 'v1.def' }), 3).lines
    const { rows, states, illegal } = replayed(lines)
    expect(rows).toMatchObject([{ state: 'completed', questions: 0 }])
    expect(states).toEqual(['running', 'input_required', 'running', 'input_required', 'running', 'completed'])
    expect(illegal).toBe(0)
  })

  test('becomes a task when the server knows enough', () => {
    const task = { taskId: 'a', status: 'working', ttlMs: null }
    const lines = again().result(2, { resultType: 'task', ...task }, 's2c', { n: 2 })
    const { rows, illegal } = replayed(lines.lines)
    expect(rows.map((row) => [row.node, row.state])).toEqual([
      ['call', 'completed'],
      ['task', 'running'],
    ])
    expect(illegal).toBe(0)
  })

  test('fails when the second call is refused', () => {
    expect(replayed(again().error(2, -32602, 's2c', { n: 2 }).lines).rows).toMatchObject([{ state: 'failed' }])
  })

  test('shows the progress of the round that is open', () => {
    const lines = again().notify('notifications/progress', { progressToken: 2, progress: 1, total: 3 }, 's2c', { n: 2 })
    expect(replayed(lines.lines).rows).toMatchObject([{ progress: { current: 1, total: 3 } }])
  })

  test('is told apart from others by its input and its state', () => {
    const two = asks(call(asked(), 2, { path: 'b' }), 2, 'v1.xyz')
    const lines = ends(call(two, 3, { path: 'b' }, { inputResponses: yes, requestState: 'v1.xyz' }), 3).lines
    expect(replayed(lines).rows.map((row) => row.state)).toEqual(['input_required', 'completed'])
  })

  test('is another call when nothing says that it goes on', () => {
    const { rows } = replayed(ends(call(asked(), 2, { path: 'a' }), 2).lines)
    expect(rows.map((row) => row.state)).toEqual(['input_required', 'completed'])
  })
})

test('a call that is sent back without a question waits for nobody', () => {
  const lines = asks(call(capture(), 1, {}), 1, 'later', {})
  expect(replayed(lines.lines).rows).toMatchObject([{ state: 'running', questions: 0 }])
  const done = ends(call(lines, 2, {}, { requestState: 'later' }), 2)
  expect(replayed(done.lines).rows).toMatchObject([{ state: 'completed' }])
})
