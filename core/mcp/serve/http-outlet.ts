/**
 * The response of one HTTP request as an outlet: plain JSON when the answer is the first thing to say, an event stream
 * when something comes before it or it takes long. The stream ends with the answer.
 */
import type { ServerResponse } from 'node:http'
import type { Timers } from '../../model/clock.ts'
import type { OutgoingMessage, RpcId } from '../wire/rpc-message.ts'
import type { Outlet } from './exchange.ts'

/** A client gives up a response that says nothing for minutes; a task may be held for much longer. Milliseconds. */
const quietMs = 15_000

/** The outlet of the request `id`. */
export function responseOutlet(response: ServerResponse, id: RpcId, timers: Timers): Outlet {
  keepAlive(response, timers)
  return {
    send(message, status) {
      if (response.writableEnded || response.destroyed) return
      const isAnswer = !('method' in message) && message.id === id
      if (!response.headersSent && isAnswer) {
        response.writeHead(status ?? 200, { 'content-type': 'application/json' })
        response.end(textOf(message))
        return
      }
      openStream(response)
      writeEvent(response, message)
      if (isAnswer) response.end()
    },
    onClose: (listener) => onClosed(response, listener),
  }
}

/** A stream for what belongs to no request. */
export function streamOutlet(response: ServerResponse, timers: Timers): Outlet {
  openStream(response)
  keepAlive(response, timers)
  return {
    send: (message) => {
      if (!response.writableEnded && !response.destroyed) writeEvent(response, message)
    },
    onClose: (listener) => onClosed(response, listener),
  }
}

function keepAlive(response: ServerResponse, timers: Timers): void {
  let stop = timers.after(quietMs, sayNothing)
  response.once('close', () => stop())
  function sayNothing(): void {
    if (response.writableEnded || response.destroyed) return
    openStream(response)
    response.write(': still here\n\n')
    stop = timers.after(quietMs, sayNothing)
  }
}

function openStream(response: ServerResponse): void {
  if (response.headersSent) return
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.flushHeaders()
}

function writeEvent(response: ServerResponse, message: OutgoingMessage): void {
  response.write(`event: message\ndata: ${textOf(message)}\n\n`)
}

function textOf(message: OutgoingMessage): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message })
}

function onClosed(response: ServerResponse, listener: () => void): () => void {
  response.once('close', listener)
  return () => {
    response.off('close', listener)
  }
}

export const invalidRequest = -32600

/** What could not be related to a request is answered without an id. */
export function refuseHttp(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }))
}
