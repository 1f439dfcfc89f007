/** What only a client, or whoever carries its messages, can get wrong: done to the lab, and noticed by the linter. */
import { afterEach, expect, test } from 'vitest'
import { deviations } from '../../../../core/mcp/lab/deviations.ts'
import { ruleIds } from '../../../../core/mcp/lint/rule-families.ts'
import { createLegacy, createModern, type LabClient, legacyClient, modernClient, modernMeta } from './lab-client.ts'

type Play = (client: LabClient) => Promise<void> | void

const long = { seconds: 120 }
const undeclared = { ...modernMeta, 'io.modelcontextprotocol/clientCapabilities': {} }
let client: LabClient | undefined

afterEach(async () => {
  await client?.close()
  client = undefined
})

async function pollEvery(peer: LabClient, taskId: string, ms: number, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await peer.time.advance(ms)
    await peer.ask('tasks/get', { taskId })
  }
}

function headers(method: string, name: string): ReadonlyMap<string, string> {
  return new Map([
    ['mcp-protocol-version', '2026-07-28'],
    ['mcp-method', method],
    ['mcp-name', name],
  ])
}

const legacyFaults: Readonly<Record<string, Play>> = {
  async 'task-param-on-poll'(peer) {
    const taskId = await createLegacy(peer, 'slow_compute', long)
    await peer.ask('tasks/get', { taskId, task: { ttl: 1000 } })
  },
  async 'poll-too-fast'(peer) {
    await pollEvery(peer, await createLegacy(peer, 'slow_compute', long), 20, 5)
  },
  async 'cancel-of-terminal'(peer) {
    const taskId = await createLegacy(peer, 'slow_compute', { seconds: 0 })
    await pollEvery(peer, taskId, 600, 1)
    await peer.ask('tasks/cancel', { taskId })
  },
  async 'request-cancelled-instead-of-task'(peer) {
    const created = peer.send('tools/call', { name: 'slow_compute', arguments: long, task: {} })
    await peer.time.settle()
    peer.notify('notifications/cancelled', { requestId: created })
  },
  async 'abort-without-task-cancel'(peer) {
    const taskId = await createLegacy(peer, 'slow_compute', long)
    peer.notify('notifications/cancelled', { requestId: peer.send('tasks/result', { taskId }) })
    await peer.time.advance(1000)
  },
  async 'required-tool-without-task'(peer) {
    await peer.ask('tools/call', { name: 'failing_job', arguments: {} })
  },
  async 'task-on-forbidden-tool'(peer) {
    await peer.ask('tools/call', { name: 'greet', arguments: { name: 'x' }, task: {} })
  },
  async 'stalled-input-required'(peer) {
    await pollEvery(peer, await createLegacy(peer, 'confirm_delete', { filename: 'x' }), 600, 6)
  },
  async 'input-unanswered'(peer) {
    const taskId = await createLegacy(peer, 'confirm_delete', { filename: 'x' })
    peer.send('tasks/result', { taskId })
    await pollEvery(peer, taskId, 600, 60)
  },
  async 'abandoned-by-client'(peer) {
    await createLegacy(peer, 'silent_job', long)
    await peer.time.advance(20_000)
    await peer.ask('ping')
  },
  async stalled(peer) {
    await pollEvery(peer, await createLegacy(peer, 'silent_job', long), 600, 60)
  },
  async 'orphaned-by-session-end'(peer) {
    await createLegacy(peer, 'slow_compute', long)
    peer.note('http-delete')
  },
  async 'orphaned-by-server-exit'(peer) {
    await createLegacy(peer, 'slow_compute', long)
    peer.note('exit', { code: null, sig: 'SIGKILL' })
  },
  async 'stdin-eof-ignored'(peer) {
    peer.note('stdin-end')
    await peer.time.advance(3000)
    peer.note('signal', { sig: 'SIGTERM' })
  },
}

const modernFaults: Readonly<Record<string, Play>> = {
  async 'unknown-input-key'(peer) {
    const taskId = await createModern(peer, 'confirm_delete', { filename: 'x' })
    await pollEvery(peer, taskId, 600, 1)
    await peer.ask('tasks/update', { taskId, inputResponses: { other: { action: 'decline' } } })
  },
  async 'undeclared-tasks-method'(peer) {
    const taskId = await createModern(peer, 'slow_compute', long)
    await peer.ask('tasks/get', { taskId, _meta: undeclared })
  },
  async 'missing-meta'(peer) {
    await peer.ask('tools/list', { _meta: {} })
  },
  async 'listen-without-task-ids'(peer) {
    peer.send('subscriptions/listen', { notifications: {} })
    await peer.time.settle()
  },
  async 'mcp-name-mismatch'(peer) {
    peer.send('tools/call', { name: 'greet', arguments: { name: 'x' } }, headers('tools/call', 'other'))
    await peer.time.settle()
  },
  async 'mcp-method-mismatch'(peer) {
    peer.send('tools/call', { name: 'greet', arguments: { name: 'x' } }, headers('tasks/get', 'greet'))
    await peer.time.settle()
  },
  async 'era-probe'(peer) {
    await peer.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {} })
  },
}

function rulesIn(peer: LabClient): readonly string[] {
  return peer.findings().map((finding) => finding.rule)
}

test.each(Object.entries(legacyFaults))('%s is noticed on the legacy wire', async (rule, play) => {
  client = await legacyClient()
  await play(client)
  expect(rulesIn(client)).toContain(rule)
})

test.each(Object.entries(modernFaults))('%s is noticed on the modern wire', async (rule, play) => {
  client = modernClient()
  await client.result('server/discover')
  await play(client)
  expect(rulesIn(client)).toContain(rule)
})

test('every rule about a conversation is shown by the lab or by what is done to it', () => {
  const shown = new Set([
    ...deviations.map(({ name }) => name),
    ...Object.keys(legacyFaults),
    ...Object.keys(modernFaults),
  ])
  // The lab writes nothing but messages, and here there are no streams that end: those are tried where they are read.
  const elsewhere = ['not-json', 'not-json-rpc', 'task-of-another-session', 'notification-stream-dropped']
  expect(ruleIds().filter((id) => !shown.has(id) && !elsewhere.includes(id))).toEqual([])
})
