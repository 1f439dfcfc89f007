/** Every misbehaviour of the lab, seen by the linter; and the lab as it is, in which the linter finds nothing. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Deviation } from '../../../../core/mcp/lab/deviation.ts'
import { deviations } from '../../../../core/mcp/lab/deviations.ts'
import { isRecord } from '../../../../core/mcp/wire/json-record.ts'
import { createLegacy, createModern, type LabClient, legacyClient, modernClient, modernMeta } from './lab-client.ts'

type Play = (client: LabClient) => Promise<void>

/** Only a process has an input that can end, has an output that it greets on, and can be killed. */
const ofProcesses = new Set(['stdin-eof-ignored', 'orphaned-by-server-exit', 'not-json-rpc'])
const related = (taskId: string) => ({ _meta: { 'io.modelcontextprotocol/related-task': { taskId } } })
let client: LabClient | undefined

afterEach(async () => {
  await client?.close()
  client = undefined
})

async function answerAll(peer: LabClient, taskId: string): Promise<void> {
  for (const question of peer.questions()) {
    peer.respond(question.id, { action: 'accept', content: { confirm: true }, ...related(taskId) })
  }
  await peer.time.settle()
}

async function polite(peer: LabClient, taskId: string, polls: number): Promise<void> {
  for (let count = 0; count < polls; count += 1) {
    await peer.time.advance(600)
    await peer.ask('tasks/get', { taskId })
  }
}

const legacyPlays: Readonly<Record<string, Play>> = {
  async completes(peer) {
    const taskId = await createLegacy(peer, 'slow_compute', { seconds: 2 }, { _meta: { progressToken: 1 } })
    const waiting = peer.send('tasks/result', { taskId })
    await polite(peer, taskId, 5)
    await peer.time.advance(1500)
    expect(peer.answerTo(waiting)).toBeDefined()
    await peer.ask('tasks/result', { taskId })
    await peer.ask('tasks/get', { taskId })
  },
  async asks(peer) {
    const taskId = await createLegacy(peer, 'confirm_delete', { filename: 'x' })
    await peer.time.settle()
    await peer.ask('tasks/get', { taskId })
    peer.send('tasks/result', { taskId })
    await answerAll(peer, taskId)
    await polite(peer, taskId, 1)
  },
  async fails(peer) {
    const taskId = await createLegacy(peer, 'failing_job')
    await polite(peer, taskId, 3)
    await peer.ask('tasks/result', { taskId })
  },
  async cancels(peer) {
    await createLegacy(peer, 'slow_compute', { seconds: 1 })
    const taskId = await createLegacy(peer, 'slow_compute', { seconds: 3 }, { _meta: { progressToken: 2 } })
    await polite(peer, taskId, 1)
    await peer.result('tasks/cancel', { taskId })
    await peer.time.advance(5000)
    await peer.ask('tasks/result', { taskId })
  },
  async 'calls plainly'(peer) {
    const call = peer.send('tools/call', { name: 'slow_compute', arguments: { seconds: 1 } })
    await peer.time.advance(300)
    peer.notify('notifications/cancelled', { requestId: call })
    await peer.time.advance(2000)
    await peer.ask('tasks/get', { taskId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' })
  },
  async 'waits long'(peer) {
    await polite(peer, await createLegacy(peer, 'slow_compute', { seconds: 35 }), 60)
  },
  async 'asks for a ttl'(peer) {
    const taskId = await createLegacy(peer, 'slow_compute', { seconds: 3 }, { task: { ttl: 60_000 } })
    await polite(peer, taskId, 8)
  },
}

const modernPlays: Readonly<Record<string, Play>> = {
  async completes(peer) {
    const taskId = await createModern(peer, 'slow_compute', { seconds: 2 })
    peer.send('subscriptions/listen', { notifications: { taskIds: [taskId] } })
    await polite(peer, taskId, 5)
  },
  async 'only listens'(peer) {
    const taskId = await createModern(peer, 'slow_compute', { seconds: 20 })
    peer.send('subscriptions/listen', { notifications: { taskIds: [taskId] } })
    await peer.time.advance(8000)
    await peer.ask('tools/list')
  },
  async asks(peer) {
    const taskId = await createModern(peer, 'ask_twice')
    for (let round = 0; round < 2; round += 1) {
      await peer.time.advance(600)
      const { inputRequests } = await peer.result('tasks/get', { taskId })
      const key = Object.keys(isRecord(inputRequests) ? inputRequests : {}).at(-1) ?? ''
      await peer.ask('tasks/update', { taskId, inputResponses: { [key]: { action: 'accept', content: {} } } })
      await polite(peer, taskId, 4)
    }
  },
  async fails(peer) {
    const taskId = await createModern(peer, 'failing_job')
    await polite(peer, taskId, 4)
    await peer.ask('tasks/get', { taskId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' })
  },
  async 'does not declare the extension'(peer) {
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': {} }
    const call = { name: 'slow_compute', arguments: { seconds: 1 }, _meta: { ...modernMeta, ...capabilities } }
    peer.send('tools/call', call)
    await peer.time.advance(2000)
  },
}

async function found(era: 'legacy' | 'modern', chosen: readonly Deviation[], play: Play): Promise<readonly string[]> {
  const options = { deviations: chosen }
  client = era === 'legacy' ? await legacyClient(options) : modernClient(options)
  if (era === 'modern') await client.result('server/discover')
  try {
    await play(client)
  } catch (error) {
    // A server that misbehaves may leave a play without the answer that it needs; what was said is judged all the same.
    if (chosen.length === 0) throw error
  }
  const rules = client.findings().map((finding) => finding.rule)
  await client.close()
  client = undefined
  return rules
}

/** All that is found over every play. */
async function foundBy(deviation: Deviation): Promise<ReadonlySet<string>> {
  const rules = new Set<string>()
  for (const [era, plays] of [
    ['legacy', legacyPlays],
    ['modern', modernPlays],
  ] as const) {
    if (deviation.era !== undefined && deviation.era !== era) continue
    for (const play of Object.values(plays)) for (const rule of await found(era, [deviation], play)) rules.add(rule)
  }
  return rules
}

describe('without misbehaviour nothing is found', () => {
  test.each(Object.entries(legacyPlays))('when a legacy client %s', async (_name, play) => {
    expect(await found('legacy', [], play)).toEqual([])
  })
  test.each(Object.entries(modernPlays))('when a modern client %s', async (_name, play) => {
    expect(await found('modern', [], play)).toEqual([])
  })
})

describe('the linter notices a server that', () => {
  const visible = deviations.filter(({ name }) => !ofProcesses.has(name))
  test.each(visible.map((deviation) => [deviation.does, deviation] as const))('%s', async (_does, deviation) => {
    expect([...(await foundBy(deviation))]).toContain(deviation.name)
  })
})
