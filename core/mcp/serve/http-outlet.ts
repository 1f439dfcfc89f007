/**
 * The response of one HTTP request as an outlet: plain JSON when the answer is the first thing to say, an event stream
 * when something comes before it. The stream ends with the answer.
 */
import type { ServerResponse } from 'node:http'
import type { OutgoingMessage, RpcId } from '../wire/rpc-message.ts'
import type { Outlet } from './exchange.ts'

/** The outlet of the request `id`. */
export function responseOutlet(response: ServerResponse, id: RpcId): Outlet {
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
export function streamOutlet(response: ServerResponse): Outlet {
  openStream(response)
  return {
    send: (message) => {
      if (!response.writableEnded && !response.destroyed) writeEvent(response, message)
    },
    onClose: (listener) => onClosed(response, listener),
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
