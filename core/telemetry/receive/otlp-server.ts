/**
 * The HTTP side of the receiver: loopback only, every request judged before its body is read, every body bounded. Owns
 * its sockets.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Answer, acceptedAnswer, refusedAnswer } from './answer.ts'
import { type OtlpEncoding, TooManyPartsError, UnreadableBodyError } from './decode-request.ts'
import type { Intake } from './intake.ts'
import type { ReceiveLimits } from './limits.ts'
import { BodyTooLargeError, CutOffError, NotGzipError, readBody, unpack } from './request-body.ts'
import { judgeRequest } from './request-guard.ts'

export interface OtlpServerOptions {
  readonly intake: Intake
  readonly limits: ReceiveLimits
  readonly token: string | undefined
  /** Whether more may be taken in now; if not, senders are asked to come again. */
  readonly hasRoom: () => boolean
  /** Called after each request. */
  readonly onRequest: (refusedBecause: string | undefined) => void
}

export interface OtlpServer {
  /** Listens on the first of these ports that is free; 0 is any. Rejects when none is. */
  listen(ports: readonly number[]): Promise<number>
  close(): Promise<void>
}

const retryAfterSeconds = 1
const host = '127.0.0.1'

/** Turned away for now. */
class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

export function createOtlpServer(options: OtlpServerOptions): OtlpServer {
  const { intake, limits, token } = options
  let port = 0
  let reading = 0
  let turn: Promise<unknown> = Promise.resolve()
  const server = createServer(
    { requestTimeout: limits.requestMs, headersTimeout: limits.requestMs },
    (request, response) => {
      void serve(request, response)
    },
  )
  server.maxConnections = limits.connections
  // A client that speaks no HTTP, or leaves in the middle, is no error of ours.
  server.on('clientError', (_error, socket) => socket.destroy())

  /** One body at a time is unpacked and read, so that many small ones cannot become large together. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = judgeRequest(request, { port, token })
    if (!verdict.ok) return refuse(verdict.status, verdict.text, encodingOf(request))
    const { signal, encoding, gzip } = verdict
    let held = 0
    const grow = (bytes: number) => {
      held += bytes
      reading += bytes
      if (reading > limits.readingBytes) throw new NoRoomError('too many requests at once')
    }
    try {
      if (!options.hasRoom()) throw new NoRoomError('the application is behind')
      const body = await readBody(request, limits.bodyBytes, grow)
      const { rejected, why } = await inTurn(async () => {
        const plain = gzip ? await unpack(body, limits.unpackedBytes) : body
        return intake.take(plain, encoding, signal)
      })
      send(response, 200, acceptedAnswer(signal, encoding, rejected, why))
      options.onRequest(why)
    } catch (error) {
      refuse(statusOf(error), error instanceof Error ? error.message : String(error), encoding)
    } finally {
      reading -= held
    }

    function refuse(status: number, text: string, as: OtlpEncoding): void {
      intake.refuse()
      if (status === 503) response.setHeader('retry-after', retryAfterSeconds)
      if (status === 405) response.setHeader('allow', 'POST')
      send(response, status, refusedAnswer(status, text, as))
      options.onRequest(`${text} (${status})`)
    }
  }

  return {
    async listen(ports) {
      for (const [place, wanted] of ports.entries()) {
        server.listen({ port: wanted, host, exclusive: true })
        try {
          await once(server, 'listening')
        } catch (error) {
          if (place < ports.length - 1) continue
          throw error
        }
        const address = server.address()
        port = typeof address === 'object' && address !== null ? address.port : wanted
        return port
      }
      throw new Error('there is no port to listen on')
    },
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, status: number, { contentType, body }: Answer): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length })
  response.end(body)
}

/** An error is answered as the request was meant. */
function encodingOf(request: IncomingMessage): OtlpEncoding {
  return request.headers['content-type']?.startsWith('application/x-protobuf') === true ? 'protobuf' : 'json'
}

function statusOf(error: unknown): number {
  if (error instanceof BodyTooLargeError || error instanceof TooManyPartsError) return 413
  if (error instanceof NoRoomError) return 503
  if (error instanceof UnreadableBodyError || error instanceof NotGzipError || error instanceof CutOffError) return 400
  return 500
}
