import { request as httpRequest } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { UnreadableBodyError } from '../../../../core/telemetry/receive/decode-request.ts'
import { Intake } from '../../../../core/telemetry/receive/intake.ts'
import { type ReceiveLimits, receiveLimits } from '../../../../core/telemetry/receive/limits.ts'
import { createOtlpServer, type OtlpServer } from '../../../../core/telemetry/receive/otlp-server.ts'
import { contentTypes, type Encoding, logsBody, serverSpans, spansBody, taskSpanId, traceId } from './sent.ts'

let server: OtlpServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

interface Setup {
  readonly token?: string
  readonly limits?: Partial<ReceiveLimits>
  readonly hasRoom?: () => boolean
}

async function listen({ token, limits: changed, hasRoom = () => true }: Setup = {}) {
  const limits = { ...receiveLimits, ...changed }
  const intake = new Intake({ limits, instance: 'this-run', now: () => 1000 })
  const errors: string[] = []
  server = createOtlpServer({
    intake,
    limits,
    token,
    hasRoom,
    onRequest: (refusedBecause) => void (refusedBecause !== undefined && errors.push(refusedBecause)),
  })
  const port = await server.listen([0])
  const post = (path: string, body: BodyInit, headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers })
  return { intake, port, errors, post }
}

/** What `fetch` will not send: other hosts, bodies in pieces. */
function statusOf(
  port: number,
  headers: Readonly<Record<string, string>>,
  pieces: readonly (string | Buffer)[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = { host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers }
    const request = httpRequest(asked, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', reject)
    for (const piece of pieces) request.write(piece)
    request.end()
  })
}

const json = { 'content-type': 'application/json' }

describe.each(['protobuf', 'json'] as const)('spans and logs of a real SDK in %s', (encoding: Encoding) => {
  it('stand under the task whose trace they name, whole', async () => {
    const { intake, post } = await listen()
    intake.shelf.know(traceId)
    const [query, handle] = serverSpans()
    if (query === undefined || handle === undefined) throw new Error('there are two spans')
    const answer = await post('/v1/traces', spansBody([query, handle], encoding), {
      'content-type': contentTypes[encoding],
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(contentTypes[encoding])
    const [batch] = intake.batches()
    expect(batch?.spans).toMatchObject([
      {
        traceId,
        spanId: query.spanContext().spanId,
        parentSpanId: handle.spanContext().spanId,
        name: 'query',
        kind: 'client',
        status: { code: 'error', message: 'table locked' },
        attributes: { rows: 42, ratio: 0.5, cached: false, tables: ['a', 'b'] },
        events: [{ name: 'page', attributes: { number: 1 } }],
        scope: { name: 'docs', version: '2.1.0' },
        service: 'docs-server',
      },
      { name: 'handle', kind: 'server', parentSpanId: taskSpanId, status: { code: 'unset' } },
    ])
    const start = query.startTime[0] * 1000 + query.startTime[1] / 1e6
    expect(batch?.spans[0]?.start).toBeCloseTo(start, 2)

    await post('/v1/logs', logsBody(encoding, 'slow shard', { traceId, spanId: handle.spanContext().spanId }), {
      'content-type': contentTypes[encoding],
    })
    expect(intake.batches()[0]?.logs).toEqual([
      {
        traceId,
        spanId: handle.spanContext().spanId,
        at: 1_800_000_000_250,
        level: 'warn',
        text: 'slow shard',
        attributes: { shard: 3 },
        service: 'docs-server',
      },
    ])
    expect(intake.counts()).toMatchObject({ received: 3, matched: 3, waiting: 0, lost: {} })
  })

  it('are told how many were not kept, and why', async () => {
    const { intake, post, errors } = await listen({ limits: { traceItems: 1 } })
    intake.shelf.know(traceId)
    const headers = { 'content-type': contentTypes[encoding] }
    const answer = await post('/v1/traces', spansBody(serverSpans(), encoding), headers)
    expect(answer.status).toBe(200)
    const body = new Uint8Array(await answer.arrayBuffer())
    const partial =
      encoding === 'json'
        ? JSON.parse(new TextDecoder().decode(body)).partialSuccess
        : ProtobufTraceSerializer.deserializeResponse(body).partialSuccess
    expect(Number(partial.rejectedSpans)).toBe(1)
    expect(partial.errorMessage).toBe('not kept: 1 found no room')
    const logs = await post('/v1/logs', logsBody(encoding, 'no trace', undefined), headers)
    expect(logs.status).toBe(200)
    expect(intake.counts()).toMatchObject({ received: 3, matched: 1, lost: { full: 1, untraced: 1 } })
    expect(errors).toEqual(['not kept: 1 found no room', 'not kept: 1 without a trace id'])
  })

  it('that are our own and came back are refused and counted', async () => {
    const { intake, post } = await listen()
    intake.shelf.know(traceId)
    const own = serverSpans({ 'service.name': 'taskscope', 'taskscope.instance.id': 'this-run' })
    await post('/v1/traces', spansBody(own, encoding), { 'content-type': contentTypes[encoding] })
    const other = serverSpans({ 'service.name': 'taskscope', 'taskscope.instance.id': 'another-run' })
    await post('/v1/traces', spansBody(other, encoding), { 'content-type': contentTypes[encoding] })
    expect(intake.counts()).toMatchObject({ received: 4, matched: 2, lost: { own: 2 } })
  })
})

describe('what is turned away', () => {
  it('says so in the encoding of the request, with one clear sentence', async () => {
    const { post, intake, errors } = await listen()
    const cut = spansBody(serverSpans(), 'protobuf').subarray(0, 60)
    const bad = await post('/v1/traces', cut, { 'content-type': contentTypes.protobuf })
    expect(bad.status).toBe(400)
    expect(bad.headers.get('content-type')).toBe(contentTypes.protobuf)
    expect(await bad.text()).toContain('the body is not an OTLP traces request in protobuf')
    const notJson = await post('/v1/traces', '{"resourceSpans": [', json)
    expect(notJson.status).toBe(400)
    expect(await notJson.json()).toEqual({ code: 3, message: expect.stringMatching(/^the body is not JSON/) })
    expect((await post('/v1/traces', '{"resourceSpans": 3}', json)).status).toBe(400)
    expect((await post('/v1/traces', 'not gzip', { ...json, 'content-encoding': 'gzip' })).status).toBe(400)
    expect(intake.counts()).toMatchObject({ received: 0, refused: 4 })
    expect(errors.at(-1)).toBe('the body is said to be gzip and is not (400)')
  })

  it('is another path, method, type or packing', async () => {
    const { post, port } = await listen()
    expect((await post('/', '{}', json)).status).toBe(404)
    const metrics = await post('/v1/metrics', '{}', json)
    expect(metrics.status).toBe(404)
    expect(await metrics.json()).toMatchObject({ message: expect.stringContaining('metrics are not received') })
    expect((await fetch(`http://127.0.0.1:${port}/v1/traces`)).status).toBe(405)
    expect((await post('/v1/traces', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post('/v1/traces', '{}', { ...json, 'content-encoding': 'br' })).status).toBe(415)
  })

  it('is whoever asks under another name than that of this machine, or as a page of another site', async () => {
    const { post, port, intake } = await listen()
    const asking = (host: string) => statusOf(port, { ...json, host }, ['{}'])
    expect(await asking(`attacker.example:${port}`)).toBe(403)
    expect(await asking('localhost:1')).toBe(403)
    expect(await asking(`localhost:${port}`)).toBe(200)
    expect((await post('/v1/traces', '{}', { ...json, origin: 'https://attacker.example' })).status).toBe(403)
    expect((await post('/v1/traces', '{}', { ...json, origin: 'null' })).status).toBe(403)
    expect((await post('/v1/traces', '{}', { ...json, origin: 'http://localhost:3000' })).status).toBe(200)
    expect(intake.counts().refused).toBe(4)
  })

  it('is whoever has not the token, where one is wanted', async () => {
    const { post } = await listen({ token: 'a-token-of-some-length' })
    expect((await post('/v1/traces', '{}', json)).status).toBe(401)
    expect((await post('/v1/traces', '{}', { ...json, authorization: 'Bearer another' })).status).toBe(401)
    const answer = await post('/v1/traces', '{}', { ...json, authorization: 'Bearer a-token-of-some-length' })
    expect(answer.status).toBe(200)
  })

  it('is what is too large, as it comes or unpacked', async () => {
    const { post, port, intake } = await listen({ limits: { bodyBytes: 10_000, unpackedBytes: 50_000 } })
    const large = await post('/v1/traces', JSON.stringify({ text: 'x'.repeat(20_000) }), json)
    expect(large.status).toBe(413)
    // Without a length, as a stream of unknown end.
    const stream = { ...json, 'transfer-encoding': 'chunked' }
    expect(await statusOf(port, stream, [Buffer.alloc(6000), Buffer.alloc(6000)])).toBe(413)
    const bomb = await promisify(gzip)(Buffer.alloc(5_000_000))
    expect(bomb.length).toBeLessThan(10_000)
    expect((await post('/v1/traces', bomb, { ...json, 'content-encoding': 'gzip' })).status).toBe(413)
    const fine = await promisify(gzip)('{"resourceSpans":[]}')
    expect((await post('/v1/traces', fine, { ...json, 'content-encoding': 'gzip' })).status).toBe(200)
    expect(intake.counts()).toMatchObject({ refused: 3 })
  })

  it('is what would take up far more room than it came in', async () => {
    const { post } = await listen({ limits: { bodyParts: 1000 } })
    const said = 'the request has more parts than are taken in'
    const objects = await post('/v1/traces', JSON.stringify({ resourceSpans: Array(1000).fill({}) }), json)
    expect([objects.status, await objects.text()]).toEqual([413, expect.stringContaining(said)])
    const messages = Buffer.from(Array.from({ length: 1000 }, () => [0x0a, 0]).flat())
    const answer = await post('/v1/traces', messages, { 'content-type': contentTypes.protobuf })
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining(said)])
    const few = await post('/v1/traces', messages.subarray(0, 900), { 'content-type': contentTypes.protobuf })
    expect(few.status).toBe(200)
  })

  it('is asked to come again while the application is behind', async () => {
    const { post } = await listen({ hasRoom: () => false })
    const answer = await post('/v1/traces', spansBody(serverSpans(), 'json'), json)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})

it('listens elsewhere when its port is taken', async () => {
  const { port } = await listen()
  const first = server
  const second = await listen({})
  await server?.close()
  const limits = receiveLimits
  server = createOtlpServer({
    intake: second.intake,
    limits,
    token: undefined,
    hasRoom: () => true,
    onRequest: () => undefined,
  })
  const other = await server.listen([port, 0])
  expect(other).not.toBe(port)
  await first?.close()
})

it('reads messages of any shape without falling over', async () => {
  const { post, intake } = await listen()
  let deep: unknown = { stringValue: 'x' }
  for (let level = 0; level < 200; level += 1) deep = { arrayValue: { values: [deep] } }
  const span = {
    traceId,
    spanId: taskSpanId,
    startTimeUnixNano: '1800000000000000000',
    name: 7,
    attributes: [{ key: 'deep', value: deep }, { key: '__proto__', value: { stringValue: 'y' } }, null, 3],
  }
  const spans = [
    span,
    { traceId: '0'.repeat(32), spanId: taskSpanId, startTimeUnixNano: '1' },
    { traceId: 'xyz' },
    null,
  ]
  intake.shelf.know(traceId)
  const answer = await post(
    '/v1/traces',
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }, null, 'x'] }),
    json,
  )
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: '2', errorMessage: 'not kept: 2 without valid ids or a start time' },
  })
  const [kept] = intake.batches()[0]?.spans ?? []
  expect(kept).toMatchObject({ name: 'span without a name', start: 1_800_000_000_000, end: 1_800_000_000_000 })
  expect(kept?.attributes.deep).toContain('…')
  expect(Object.getPrototypeOf(kept?.attributes)).toBe(Object.prototype)
})

it('whatever bytes come: they are read or refused, and nothing else happens', () => {
  const intake = new Intake({ limits: receiveLimits, instance: 'this-run', now: () => 1000 })
  intake.shelf.know(traceId)
  const bodies = (['protobuf', 'json'] as const).flatMap((encoding) => [
    { signal: 'traces' as const, encoding, body: spansBody(serverSpans(), encoding) },
    { signal: 'logs' as const, encoding, body: logsBody(encoding, 'slow', { traceId, spanId: taskSpanId }) },
  ])
  fc.assert(
    fc.property(
      fc.nat(bodies.length - 1),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 12 }),
      fc.nat(2000),
      (which, changes, length) => {
        const { signal, encoding, body } = bodies[which] ?? expect.fail('there are four')
        const changed = Buffer.from(body.subarray(0, body.length - (length % 7)))
        for (const [place, byte] of changes) changed[place % changed.length] = byte
        try {
          intake.take(changed, encoding, signal)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableBodyError)
        }
        const { received, matched, waiting, repeated, lost } = intake.counts()
        const gone = Object.values(lost).reduce((sum, count) => sum + count, 0)
        expect(matched + waiting + repeated + gone).toBe(received)
      },
    ),
    { numRuns: 1000 },
  )
})
