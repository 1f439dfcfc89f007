/**
 * The owner's end of the link: one socket for all hosts, readable by its user only, open exactly as long as a host
 * needs it. A connection says nothing and is told nothing until it has shown the token of a host that is expected.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Timers } from '../../model/clock.ts'
import { createLineDecoder, decodeLine, encodeLine, FramingError, maxLineLength } from '../../system/line-framing.ts'
import { makeRunFolder } from '../../system/run-folder.ts'
import { type FromHost, linkVersion, parseFromHost, type ToHost } from './link-messages.ts'

/** `sun_path` of a Unix socket holds 108 bytes on Linux (104 on macOS), the closing zero included. */
const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107
/** A connection that has not shown its token by then is closed. */
const helloWithinMs = 5000
/** Characters of a line before that; more than one chunk of a socket, so what follows a greeting may come with it. */
const maxGreetingLength = 128 * 1024

/** The folder for the socket is too deep for a Unix socket. */
export class SocketPathError extends Error {
  override readonly name = 'SocketPathError'
}

export interface LinkConnection {
  /** Does nothing once the connection is closed. */
  send(message: ToHost): void
  close(): void
}

/** What the owner of one host wants to hear. */
export interface LinkListener {
  connected(connection: LinkConnection, pid: number): void
  message(message: FromHost): void
  /** `error`: why this end closed it. */
  closed(error?: string): void
}

/** One host that may connect, once. */
export interface LinkSeat {
  readonly address: string
  readonly token: string
  /**
   * Closes the seat's connection and takes the token back. Resolves, for the last seat, when the socket and its folder
   * are gone. Never rejects.
   */
  release(): Promise<void>
}

export interface HostLink {
  /** Opens the socket when needed. Rejects with a `SocketPathError` or what the system said. */
  reserve(listener: LinkListener): Promise<LinkSeat>
}

interface OpenServer {
  readonly server: Server
  readonly sockets: ReadonlySet<Socket>
  readonly address: string
  readonly folder: string | undefined
}

/** @param directory the folder in which an owner-only folder for the socket is made; the system's own by default. */
export function createHostLink(options: { readonly timers: Timers; readonly directory?: string }): HostLink {
  const seats = new Map<string, LinkListener>()
  let opened: Promise<OpenServer> | undefined
  let held = 0

  const letGo = async (): Promise<void> => {
    held -= 1
    if (held > 0 || opened === undefined) return
    const closing = opened
    opened = undefined
    await close(await closing)
  }

  return {
    async reserve(listener) {
      held += 1
      opened ??= listen(options.directory, (socket) => greet(socket, seats, options.timers))
      const token = randomBytes(32).toString('base64url')
      let connection: LinkConnection | undefined
      let released = false
      seats.set(token, {
        ...listener,
        connected(made, pid) {
          connection = made
          listener.connected(made, pid)
        },
        message: (message) => listener.message(message),
        closed: (error) => listener.closed(error),
      })
      const release = async (): Promise<void> => {
        if (released) return
        released = true
        seats.delete(token)
        connection?.close()
        await letGo()
      }
      try {
        return { address: (await opened).address, token, release }
      } catch (error) {
        opened = undefined
        await release()
        throw error
      }
    },
  }
}

async function close({ server, sockets, folder }: OpenServer): Promise<void> {
  // Also those that have said nothing yet: a server is closed only when its last connection is.
  for (const socket of sockets) socket.destroy()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}

async function listen(directory: string | undefined, onConnection: (socket: Socket) => void): Promise<OpenServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  if (process.platform === 'win32') {
    const address = `\\\\.\\pipe\\taskscope-${randomBytes(16).toString('hex')}`
    await listening(server, address)
    return { server, sockets, address, folder: undefined }
  }
  // Nobody else may enter the folder, so nobody else can reach the socket in it, whatever its own mode.
  const folder = await makeRunFolder('link', directory)
  const address = join(folder, 'host.sock')
  try {
    if (Buffer.byteLength(address) > maxSocketPathBytes) {
      throw new SocketPathError(`${address} is longer than the ${maxSocketPathBytes} bytes of a socket path`)
    }
    await listening(server, address)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return { server, sockets, address, folder }
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function greet(socket: Socket, seats: Map<string, LinkListener>, timers: Timers): void {
  let listener: LinkListener | undefined
  const decoder = createLineDecoder(() => (listener === undefined ? maxGreetingLength : maxLineLength))
  let failure: string | undefined
  const tooLate = timers.after(helloWithinMs, () => socket.destroy())
  const connection: LinkConnection = {
    send(message) {
      if (!socket.destroyed) socket.write(encodeLine(message))
    },
    close: () => socket.destroy(),
  }
  const read = (line: string): void => {
    const message = parseFromHost(decodeLine(line))
    if (message === undefined) throw new FramingError(`an unknown message: ${line.slice(0, 80)}`)
    if (listener !== undefined) {
      listener.message(message)
      return
    }
    if (message.type !== 'hello' || message.version !== linkVersion) throw new FramingError('no greeting')
    listener = takeSeat(seats, message.token)
    if (listener === undefined) throw new FramingError('a token that nobody gave')
    tooLate()
    listener.connected(connection, message.pid)
  }
  socket.on('data', (chunk) => {
    try {
      for (const line of decoder.push(chunk)) read(line)
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      failure = error.message
      socket.destroy()
    }
  })
  // That the other end broke off is no reason of this one; `close` always follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    tooLate()
    listener?.closed(failure)
  })
}

/** Compares digests, so neither the length nor the time of a comparison tells anything about a token. */
function takeSeat(seats: Map<string, LinkListener>, token: string): LinkListener | undefined {
  const digest = createHash('sha256').update(token).digest()
  for (const [expected, listener] of seats) {
    if (!timingSafeEqual(createHash('sha256').update(expected).digest(), digest)) continue
    seats.delete(expected)
    return listener
  }
  return undefined
}
