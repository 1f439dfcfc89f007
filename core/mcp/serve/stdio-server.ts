/**
 * A server on stdio: one JSON-RPC message per line. Nothing else is ever written to the output. The end of the input is
 * the client's way to say that it is done.
 */
import type { Readable, Writable } from 'node:stream'
import { LineSplitter } from '../wire/line-splitter.ts'
import { type RpcMessage, readRpcText, writeRpcLine } from '../wire/rpc-message.ts'
import type { Outlet } from './exchange.ts'
import type { McpServer } from './mcp-server.ts'

const parseError = -32700

/** Serves one client. Resolves when its input has ended, or its output is gone. */
export function serveStdio(server: McpServer, input: Readable, output: Writable): Promise<void> {
  const listeners = new Set<() => void>()
  const outlet: Outlet = {
    send: (message) => {
      if (output.writable) output.write(writeRpcLine(message))
    },
    onClose(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
  const connection = server.connect(outlet)
  const splitter = new LineSplitter()

  function take(text: string): void {
    const reading = readRpcText(text)
    if (reading.ok) for (const message of reading.messages) receive(message)
    // JSON-RPC answers what it cannot read without an id, which the types of a message do not know.
    else
      output.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: parseError, message: reading.why } })}\n`,
      )
  }

  function receive(message: RpcMessage): void {
    connection.receive(message, outlet)
  }

  return new Promise((resolve) => {
    function end(): void {
      for (const listener of [...listeners]) listener()
      connection.close()
      resolve()
    }
    input.on('data', (chunk: Buffer) => {
      for (const line of splitter.push(chunk)) take(line.text)
    })
    input.once('end', end)
    input.once('error', end)
    // A client that died while it was written to is one that is gone.
    output.once('error', end)
  })
}
