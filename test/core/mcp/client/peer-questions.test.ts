import { expect, test } from 'vitest'
import { formOf } from '../../../../core/mcp/analyze/question.ts'
import { canAnswer, responseOf } from '../../../../core/mcp/client/peer-questions.ts'

test('only what a person has offered is asked', () => {
  expect(canAnswer('elicitation/create', {})).toBe(true)
  expect(canAnswer('sampling/createMessage', {})).toBe(false)
  expect(canAnswer('sampling/createMessage', { sampling: true })).toBe(true)
  expect(canAnswer('roots/list', { sampling: true })).toBe(false)
  expect(canAnswer('roots/list', { roots: true })).toBe(true)
  expect(canAnswer('anything/else', { sampling: true, roots: true })).toBe(false)
})

test('sampling shows the whole prompt, and the answer reads as a model would give it', () => {
  const messages = [
    { role: 'user', content: { type: 'text', text: 'Hum.' } },
    { role: 'assistant', content: [{ type: 'image' }, { type: 'text', text: 'Bzz.' }] },
  ]
  const { message } = formOf('sampling/createMessage', { systemPrompt: 'Be a bee.', messages })
  expect(message).toBe('The server asks a model:\nsystem: Be a bee.\nuser: Hum.\nassistant: (image) Bzz.')
  expect(responseOf('sampling/createMessage', { action: 'accept', content: { text: 'Bzz' } })).toMatchObject({
    role: 'assistant',
    content: { type: 'text', text: 'Bzz' },
  })
  expect(responseOf('sampling/createMessage', { action: 'decline' })).toBeUndefined()
})

test('folders become file addresses, and no answer is no folder', () => {
  const content = { roots: '/work/my files, file:///other,, C:\\data' }
  expect(responseOf('roots/list', { action: 'accept', content })).toEqual({
    roots: [{ uri: 'file:///work/my%20files' }, { uri: 'file:///other' }, { uri: 'file:///C:/data' }],
  })
  expect(responseOf('roots/list', { action: 'cancel' })).toEqual({ roots: [] })
})
