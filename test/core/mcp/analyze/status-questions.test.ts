/** The questions of a modern task whose wire is only watched. */
import { expect, test } from 'vitest'
import { type CaptureLines, capture, modernMeta } from './capture-lines.ts'
import { replayed } from './replayed.ts'

const ask = (message: string) => ({
  method: 'elicitation/create',
  params: { message, requestedSchema: { type: 'object' } },
})
const modern = (status: string, more: object = {}) => ({ taskId: 'a', status, ttlMs: null, ...more })
let id = 10

function get(lines: CaptureLines, status: string, inputRequests?: object): CaptureLines {
  id += 1
  const result = { resultType: 'complete', ...modern(status, inputRequests === undefined ? {} : { inputRequests }) }
  return lines.exchange(id, 'tasks/get', { taskId: 'a', _meta: modernMeta }, result)
}

function update(lines: CaptureLines, inputResponses: object, refused = false): CaptureLines {
  id += 1
  const sent = lines.request(id, 'tasks/update', { taskId: 'a', inputResponses, _meta: modernMeta })
  return refused ? sent.error(id, -32602) : sent.result(id, { resultType: 'complete' })
}

function created(): CaptureLines {
  return capture().exchange(
    1,
    'tools/call',
    { name: 't', _meta: modernMeta },
    { resultType: 'task', ...modern('working') },
  )
}

function replay({ lines }: CaptureLines) {
  const { told, row, detail, illegal } = replayed(lines)
  return { told, row: row('a'), detail: detail('a'), illegal }
}

test('a question is told once, however often it is listed, and answered with its acknowledgement', () => {
  const lines = get(get(created(), 'input_required', { k: ask('Which?') }), 'input_required', { k: ask('Which?') })
  expect(replay(lines)).toMatchObject({ told: ['asked k: Which?'], row: { state: 'input_required' } })
  const answered = get(update(lines, { k: { action: 'decline' } }), 'input_required', { k: ask('Which?') })
  expect(replay(answered).told).toEqual(['asked k: Which?', 'decline k by the client'])
  expect(replay(get(answered, 'completed'))).toMatchObject({ row: { state: 'completed' }, illegal: 0 })
})

test('several are answered one by one; a notification that leaves them out changes nothing', () => {
  const lines = get(created(), 'input_required', { one: ask('1?'), two: ask('2?') })
  lines.notify('notifications/tasks', modern('input_required'))
  update(lines, { two: { roots: [] } })
  expect(replay(lines).told).toEqual(['asked one: 1?', 'asked two: 2?', 'accept two by the client'])
})

test('a question that a late status left out is asked again when it is listed again', () => {
  const lines = get(created(), 'input_required', { k: ask('?') })
  const again = get(get(lines, 'working'), 'input_required', { k: ask('?') })
  expect(replay(again)).toMatchObject({ row: { questions: 1 } })
  get(update(again, { k: { action: 'accept' } }), 'input_required', { k: ask('?') })
  expect(replay(again).told.at(-1)).toBe('accept k by the client')
})

test('a refused answer leaves it open', () => {
  const lines = update(get(created(), 'input_required', { k: ask('?') }), { k: { action: 'accept' } }, true)
  expect(replay(lines).told).toEqual(['asked k: ?'])
})

test('an answer that shows its effect before its acknowledgement is the client’s', () => {
  const lines = get(created(), 'input_required', { k: ask('?') })
  lines.request(99, 'tasks/update', { taskId: 'a', inputResponses: { k: { action: 'accept' } }, _meta: modernMeta })
  get(lines, 'working').result(99, { resultType: 'complete' })
  expect(replay(lines).told).toEqual(['asked k: ?', 'accept k by the client'])
})

test('what the server stops asking was taken back', () => {
  const lines = get(get(created(), 'input_required', { k: ask('?') }), 'failed')
  expect(replay(lines).told).toEqual(['asked k: ?', 'cancel k by the server'])
})
