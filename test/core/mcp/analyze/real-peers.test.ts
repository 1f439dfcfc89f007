/**
 * Software of others, recorded through the shim and the reverse proxy, on both wires. What it does is known, so what is
 * counted and found is known as well; that it does right means that nothing is called an error.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyzeCapture } from '../../../../core/mcp/analyze/analyze-capture.ts'
import { peers } from '../../../fixtures/captures/peers/peers.ts'
import { recordPeers } from '../../../fixtures/captures/peers/recording.ts'
import { type BuiltProgram, buildProgram } from '../serve/built-program.ts'

const folder = new URL('../../../fixtures/captures/peers/', import.meta.url)
const recordings = readdirSync(folder).flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -6)] : []))

function linesOf(name: string): readonly string[] {
  return readFileSync(new URL(`${name}.jsonl`, folder), 'utf8').split('\n')
}

function errorsIn(lines: readonly string[]) {
  return analyzeCapture(lines).findings.filter(({ severity }) => severity === 'error')
}

function rulesIn(name: string): readonly string[] {
  return analyzeCapture(linesOf(name)).findings.map(({ rule }) => rule)
}

function tasksIn(name: string) {
  return Object.values(analyzeCapture(linesOf(name)).tasks)
}

test('everybody is there', () => {
  expect(recordings).toEqual(expect.arrayContaining([...Object.keys(peers), 'inspector-legacy', 'inspector-modern']))
})

test.each(recordings)('%s does nothing that is an error', (name) => {
  expect(errorsIn(linesOf(name))).toEqual([])
})

test.each(recordings)('%s says nothing of the machine on which it was recorded', (name) => {
  const text = linesOf(name).join('\n')
  for (const word of ['/home/', '/root/', '/tmp/', '/work/', '127.0.0.1', 'localhost', 'user-agent']) {
    expect(text.includes(word), word).toBe(false)
  }
})

test('tasks that the client hosts: who asks is the server, what runs is named after its method', () => {
  expect(tasksIn('client-hosted')).toMatchObject(
    ['sampling/createMessage', 'elicitation/create'].map((tool) => ({
      ...{ tool, host: 'client', gets: 1, statusNotifications: 1, resultCalls: 1, elicitations: 0 },
      statuses: ['working', 'completed'],
    })),
  )
})

describe.each(['everything-stdio', 'everything-http', 'ext-tasks'])('%s, whose client only polls', (name) => {
  test('stalls on the question, and gets it with the result', () => {
    expect(tasksIn(name)).toMatchObject([
      {
        ...{ tool: 'simulate-research-query', host: 'server', resultCalls: 1, elicitations: 1 },
        statuses: ['working', 'input_required', 'working', 'completed'],
      },
    ])
    expect(rulesIn(name)).toEqual(
      expect.arrayContaining(['status-before-create', 'stalled-input-required', 'stale-elicitation-delivered']),
    )
  })
})

test('the example of the SDK asks before its creation was told, and its client polls with a task of its own', () => {
  expect(tasksIn('sdk-examples-http')).toMatchObject([
    { tool: 'confirm_delete', statuses: ['input_required'], elicitations: 1, resultCalls: 1 },
    { tool: 'write_haiku', statuses: ['input_required'], elicitations: 0, resultCalls: 1 },
  ])
  expect(rulesIn('sdk-examples-http')).toContain('task-param-on-poll')
})

test('the Inspector on the modern wire, where nothing at all is found', () => {
  expect(tasksIn('inspector-modern')).toMatchObject([
    { tool: 'slow_compute', gets: 5, statuses: ['working', 'completed'] },
    { tool: 'confirm_delete', statuses: ['working', 'input_required'], elicitations: 0 },
  ])
  expect(rulesIn('inspector-modern')).toEqual([])
})

describe('recorded anew', { timeout: 90_000 }, () => {
  let program: BuiltProgram
  beforeAll(async () => {
    program = await buildProgram()
  }, 60_000)
  afterAll(() => program.remove())

  test.each(['client-hosted', 'sdk-examples-http'])('%s does nothing that is an error', async (name) => {
    const lines = await recordPeers(program, name)
    expect(errorsIn(lines)).toEqual([])
    expect(Object.values(analyzeCapture(lines).tasks).map(({ tool }) => tool)).toEqual(
      tasksIn(name).map(({ tool }) => tool),
    )
  })
})
