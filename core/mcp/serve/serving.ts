/** Serves until the client is done or a person interrupts; then everything that was started ends. */
import type { Readable, Writable } from 'node:stream'
import type { Dispose } from '../../model/dispose.ts'
import { serveHttp } from './http-server.ts'
import type { McpServer } from './mcp-server.ts'
import { serveStdio } from './stdio-server.ts'

/** What a serving program needs of the process that it runs in. */
export interface ServingIo {
  /** Writes a whole line for whoever started it. Never used while stdout carries messages. */
  readonly out: (line: string) => void
  /** Writes a whole line beside the messages. */
  readonly err: (line: string) => void
  readonly input: Readable
  readonly output: Writable
  /** Told of every Ctrl-C or SIGTERM. */
  readonly onInterrupt: (listener: () => void) => Dispose
}

export interface ServingOptions {
  /** Of HTTP on loopback, 0 for a free one; stdio without. */
  readonly port?: number
  /** Whether the end of the input ends it; only told where it does not. */
  readonly endWithInput?: boolean
}

/**
 * @returns a sentence why it could not serve, or nothing once it is done.
 */
export async function serveUntilDone(
  server: McpServer,
  options: ServingOptions,
  io: ServingIo,
): Promise<string | undefined> {
  let interrupted: () => void = () => undefined
  const interrupt = new Promise<void>((resolve) => {
    interrupted = resolve
  })
  const stopListening = io.onInterrupt(() => interrupted())
  try {
    if (options.port === undefined) {
      const done = serveStdio(server, io.input, io.output)
      await (options.endWithInput === false ? interrupt : Promise.race([done, interrupt]))
      return undefined
    }
    const serving = await serveHttp(server, options.port)
    io.out(`listening on ${serving.url}`)
    await interrupt
    await serving.close()
    return undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `cannot listen on port ${options.port}: ${error.message}`
    throw error
  } finally {
    stopListening()
    // A stream that is read keeps the process alive.
    io.input.pause()
  }
}

/** A port as people write it; 0 stands for a free one. */
export function readPort(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65_535 ? port : undefined
}
