/**
 * A collector in a process of its own that misbehaves by a schedule and then takes everything. What it keeps
 * and what it refuses it writes to a file before it answers, one line per span.
 *
 *   node main.ts <file> <schedule as JSON>      prints its port
 */
import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { attributeNames as names } from '../../../core/telemetry/attribute-names.ts'
import { decodeJsonSpans, decodeSpans, partialAnswer } from './decode-request.ts'
import type { Fault } from './faults.ts'

const awayMs = 300
const slowMs = 200

const [file = '', scheduleText = '[]'] = process.argv.slice(2)
const schedule = JSON.parse(scheduleText) as readonly Fault[]
let requests = 0
let port = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  const fault = schedule[requests] ?? 'take'
  requests += 1
  if (fault === 'cut the request off') {
    request.socket.destroy()
    return
  }
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => answer(fault, request, Buffer.concat(chunks), response))
})

function answer(fault: Fault, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  switch (fault) {
    case 'take':
      keep(request, body, 0)
      succeed(response, 0)
      return
    case 'take slowly':
      keep(request, body, 0)
      setTimeout(() => succeed(response, 0), slowMs)
      return
    case 'take all but one': {
      const kept = keep(request, body, 1)
      succeed(response, 1, kept === 0 ? 'not even one' : 'one was odd')
      return
    }
    case 'take and cut the answer off':
      keep(request, body, 0)
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 100 })
      response.write('half', () => response.destroy())
      return
    case 'take and hang':
      keep(request, body, 0)
      return
    case 'take and hang up':
      keep(request, body, 0)
      request.socket.destroy()
      return
    case 'refuse':
      keep(request, body, Number.POSITIVE_INFINITY)
      response.writeHead(400, { 'content-type': 'text/plain' }).end('no such thing')
      return
    case 'busy':
      response.writeHead(503).end()
      return
    case 'busy for 1 s':
      response.writeHead(429, { 'retry-after': '1' }).end()
      return
    case 'busy until a date':
      response.writeHead(503, { 'retry-after': new Date(Date.now() + 1000).toUTCString() }).end()
      return
    case 'hang':
      return
    case 'be away':
      server.close()
      server.closeAllConnections()
      setTimeout(() => server.listen(port, '127.0.0.1'), awayMs)
      return
    case 'cut the request off':
  }
}

/** Writes down the spans of a request, the first `without` of them as not kept. Returns how many were kept. */
function keep(request: IncomingMessage, sent: Buffer, without: number): number {
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
  const json = request.headers['content-type']?.includes('json') === true
  const spans = json ? decodeJsonSpans(body.toString()) : decodeSpans(body)
  const lines = spans.map(({ spanId, name, attributes }, n) => {
    const said = Array.isArray(attributes) ? {} : (attributes as Record<string, unknown>)
    const about = { spanId, name, task: said[names.taskId], pending: said[names.pending] === true }
    return `${JSON.stringify({ ...about, request: requests, kept: n >= without })}\n`
  })
  appendFileSync(file, lines.join(''))
  return Math.max(spans.length - without, 0)
}

function succeed(response: ServerResponse, rejected: number, message = ''): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(partialAnswer(rejected, message))
}

server.on('listening', () => {
  const address = server.address()
  if (port !== 0 || address === null || typeof address === 'string') return
  port = address.port
  process.stdout.write(`${port}\n`)
})
server.listen(0, '127.0.0.1')
