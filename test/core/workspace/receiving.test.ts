/** The receiver as it runs: a worker thread built from its entry, a real port, a real registry. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskEventBody } from '../../../core/model/event.ts'
import { nodeId, sourceId } from '../../../core/model/identity.ts'
import { createEmit } from '../../../core/model/stamp.ts'
import { createRegistry, type Registry } from '../../../core/registry/registry.ts'
import { systemClock, systemTimers } from '../../../core/system/system-clock.ts'
import { createReceiver } from '../../../core/telemetry/receive/receiver.ts'
import { createReceiving, type Receiving } from '../../../core/workspace/receiving.ts'
import { bundleEntry } from '../../support/bundle-entry.ts'
import { contentTypes, logsBody, serverSpans, spansBody, taskSpanId, traceId } from '../telemetry/receive/sent.ts'

const patience = { timeout: 20_000, interval: 20 }
const folder = mkdtempSync(join(tmpdir(), 'taskscope-receiver-'))
const entry = join(folder, 'receiver.mjs')

let registry: Registry
let receiving: Receiving
let exportsTo: readonly string[]

beforeAll(async () => {
  await bundleEntry(fileURLToPath(new URL('../../../core/telemetry/receive/receiver-entry.ts', import.meta.url)), entry)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  registry = createRegistry()
  exportsTo = []
  receiving = createReceiving({
    registry,
    clock: systemClock,
    timers: systemTimers,
    entry,
    instance: 'this-run',
    emit: createEmit(sourceId('otlp'), systemClock, (event) => void registry.apply(event)),
    exportsTo: () => exportsTo,
    onChange: () => undefined,
  })
})

afterEach(() => receiving.close())

async function receive(): Promise<string> {
  // A port that is free: the standard one may be in use where tests run.
  const probe = createServer().listen(0, '127.0.0.1')
  const address = await vi.waitFor(() => probe.address() ?? Promise.reject(new Error('not yet')))
  await new Promise((resolve) => probe.close(resolve))
  const port = typeof address === 'object' ? address.port : 0
  expect(await receiving.configure({ mode: 'open', port })).toEqual({ ok: true, value: undefined })
  const { endpoint, light } = receiving.status()
  expect(light).toBe('listening')
  return endpoint ?? ''
}

function send(base: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(`${base}${path}`, { method: 'POST', body, headers: { 'content-type': contentTypes.protobuf } })
}

function createTask(): void {
  const emit = createEmit(sourceId('docs'), systemClock, (event) => void registry.apply(event))
  const created: TaskEventBody = {
    kind: 'task.created',
    id: nodeId('t1'),
    node: 'task',
    name: 'search',
    attempt: 1,
    trace: { traceId, spanId: taskSpanId },
    capabilities: {},
  }
  emit(created)
}

function received() {
  return registry.trace(traceId).received
}

describe('spans and logs of another program', () => {
  it('stand under a task that is there already', async () => {
    const base = await receive()
    createTask()
    await send(base, '/v1/traces', spansBody(serverSpans(), 'protobuf'))
    await send(base, '/v1/logs', logsBody('protobuf', 'slow shard', { traceId, spanId: taskSpanId }))
    await vi.waitFor(() => expect(received()?.logs.items).toMatchObject([{ text: 'slow shard' }]), patience)
    expect(received()?.spans.items.map(({ name, service }) => `${service} ${name}`)).toEqual([
      'docs-server query',
      'docs-server handle',
    ])
    await vi.waitFor(() => expect(receiving.status()).toMatchObject({ received: 3, matched: 3, lost: {} }), patience)
  })

  it('wait for a task that is told of later', async () => {
    const base = await receive()
    await send(base, '/v1/traces', spansBody(serverSpans(), 'protobuf'))
    await vi.waitFor(() => expect(receiving.status()).toMatchObject({ waiting: 2, matched: 0 }), patience)
    expect(received()).toBeUndefined()
    createTask()
    await vi.waitFor(() => expect(received()?.spans.items).toHaveLength(2), patience)
    await vi.waitFor(() => expect(receiving.status()).toMatchObject({ waiting: 0, matched: 2 }), patience)
  })

  it('go with the last task of their trace', async () => {
    const base = await receive()
    createTask()
    await send(base, '/v1/traces', spansBody(serverSpans(), 'protobuf'))
    await vi.waitFor(() => expect(received()?.spans.items).toHaveLength(2), patience)
    registry.removeSource(sourceId('docs'))
    expect(received()).toBeUndefined()
  })

  it('are counted as lost when receiving is switched off while they wait', async () => {
    const base = await receive()
    await send(base, '/v1/traces', spansBody(serverSpans(), 'protobuf'))
    await receiving.configure({ mode: 'off' })
    expect(receiving.status()).toMatchObject({ light: 'off', waiting: 0, lost: { ended: 2 } })
    await expect(send(base, '/v1/traces', spansBody(serverSpans(), 'protobuf'))).rejects.toThrow()
  })
})

it('listens elsewhere when the port is taken, and says so', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await receiving.configure({ mode: 'open', port })
  const { endpoint, problem } = receiving.status()
  expect(endpoint).not.toContain(`:${port}`)
  expect(problem).toMatch(`port ${port} is taken by another program, so spans are received on port `)
  await new Promise((resolve) => other.close(resolve))
})

it('never receives where its own spans are sent, and never sends where it receives', async () => {
  const base = await receive()
  const port = Number(new URL(base).port)
  expect(receiving.whyNotExportTo(`http://localhost:${port}/v1/traces`)).toContain(`port ${port} is where Taskscope`)
  expect(receiving.whyNotExportTo('https://otel.example/v1/traces')).toBeUndefined()
  exportsTo = [`${base}/v1/traces`]
  await receiving.configure({ mode: 'open', port })
  expect(receiving.status().problem).toContain(`port ${port} is where spans are exported to`)
  expect(receiving.status().endpoint).not.toBe(base)
})

it('makes a token where one is wanted, and keeps it', async () => {
  await receiving.configure({ mode: 'token', port: 14_399 })
  const { token } = receiving.settings()
  expect(token).toMatch(/^[\w-]{32}$/)
  const { endpoint = '' } = receiving.status()
  expect((await send(endpoint, '/v1/traces', spansBody(serverSpans(), 'protobuf'))).status).toBe(401)
  await vi.waitFor(() => expect(receiving.status()).toMatchObject({ refused: 1, received: 0 }), patience)
  expect(receiving.status().lastError).toContain('a token is wanted')
  expect(receiving.environmentFor({})).toMatchObject({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${token}`,
  })
  await receiving.configure({ mode: 'token', port: 14_399 })
  expect(receiving.settings().token).toBe(token)
})

it('says that programs opened earlier do not know where it listens now, or with which token', async () => {
  const base = await receive()
  const { port } = new URL(base)
  receiving.environmentFor({})
  receiving.environmentFor({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://their.own:4318' })
  expect(receiving.status().problem).toBeUndefined()
  await receiving.configure({ mode: 'token', port: Number(port) })
  expect(receiving.status().problem).toContain('opened earlier know another token, or none: restart')
  exportsTo = [`${base}/v1/traces`]
  await receiving.configure({ mode: 'open', port: Number(port) })
  expect(receiving.status().problem).toContain(`opened earlier know port ${port}: restart those that still run`)
  exportsTo = []
  await receiving.configure({ mode: 'open', port: Number(port) })
  expect(receiving.status().problem).toBeUndefined()
})

it('ends as it was chosen last, however fast the choices follow one another', async () => {
  const answers = await Promise.all([
    receiving.configure({ mode: 'open', port: 14_397 }),
    receiving.configure({ mode: 'off' }),
    receiving.configure({ mode: 'open', port: 14_397 }),
    receiving.configure({ mode: 'token', port: 14_397 }),
  ])
  expect(answers).toEqual([1, 2, 3, 4].map(() => ({ ok: true, value: undefined })))
  expect(receiving.settings().mode).toBe('token')
  expect(receiving.status()).toMatchObject({ light: 'listening', endpoint: 'http://127.0.0.1:14397' })
})

it('starts a receiver again that ended by itself, but not for ever', async () => {
  const frail = join(folder, 'frail.mjs')
  const text = `import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ type: 'listening', port: 1 })
    parentPort.postMessage({ type: 'counts', counts: { received: 1, matched: 0, waiting: 1, repeated: 0, lost: {}, shortened: 0, refused: 0 } })
    setTimeout(() => { throw new Error('out of order') }, 10)`
  writeFileSync(frail, text)
  const options = {
    instance: 'x',
    clock: systemClock,
    timers: systemTimers,
    known: () => [],
    onTraces: () => undefined,
  }
  const receiver = createReceiver({ ...options, entry: frail, onChange: () => undefined })
  expect(await receiver.open({ ports: [0], token: undefined })).toEqual({ ok: true, port: 1 })
  await vi.waitFor(() => expect(receiver.status().counts.lost).toEqual({ ended: 4 }), patience)
  expect(receiver.status()).toMatchObject({ failure: 'the receiver ended by itself: out of order' })
  expect(receiver.status().port).toBeUndefined()
  await receiver.close()
})
