/**
 * Where proxies, and servers of ours, meet the application: one socket in a folder that is ours alone, open while the
 * application runs. Who was met before goes on where they were; what proxies have spooled and left behind is picked up once.
 */
import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Timers } from '../../model/clock.ts'
import { createLineDecoder, decodeLine, encodeLine, FramingError } from '../../system/line-framing.ts'
import { listenOn } from '../../system/listen.ts'
import { isRecord, type JsonRecord, numberAt } from '../wire/json-record.ts'
import { enterPlace, type ProxyPlace } from './proxy-place.ts'
import { type FromShim, type Hello, readFromShim, shimVersion, type ToShim } from './shim-messages.ts'
import { leftBehind } from './spool-pickup.ts'

/** Who comes to the door, as the application keeps them over every line to them. */
export interface Guest {
  /** The number of the newest line or event that has been taken. */
  readonly last: number
  /** Whether the person has closed it; it is not to come back. */
  readonly dismissed: boolean
  /** It is there, or is back. */
  attach(connection: GuestConnection): void
  /** It has gone. `said`: it told that nothing more will come. */
  detach(said: boolean): void
  /** @returns whether it waits to hear that it was seen */
  take(message: FromShim): boolean
}

/** The line to a guest, while there is one. */
export interface GuestConnection {
  send(message: ToShim): void
  /** It is not to come back. */
  dismiss(): void
}

/** What someone other than a shim may ask at the door, such as the command line. */
export interface Caller {
  /** @returns the answer, plain JSON */
  ask(question: JsonRecord): Promise<JsonRecord>
}

export interface ProxyDoorOptions {
  readonly place: ProxyPlace
  readonly timers: Timers
  /** Makes the guest that was not met before. */
  readonly meet: (hello: Hello) => Guest
  readonly caller?: Caller
}

export interface ProxyDoor {
  /** Why there is no door, when there is none: another application has it, or the folder is not safe. */
  readonly closedBecause: string | undefined
  close(): Promise<void>
}

/** A connection that has not said who it is by then is closed. */
const helloWithinMs = 5000
/** Lines are acknowledged in batches, at most this much later. */
const seenEveryMs = 50

/** Never rejects: without a door everything else works. */
export async function openProxyDoor(options: ProxyDoorOptions): Promise<ProxyDoor> {
  const met = new Map<string, Guest>()
  const sockets = new Set<Socket>()
  let server: Server
  try {
    await enterPlace(options.place)
    server = await listen(options.place, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      greet(socket, options, met)
    })
  } catch (error) {
    return { closedBecause: error instanceof Error ? error.message : String(error), close: () => Promise.resolve() }
  }
  const pickup = pickUp(options, met)
  return {
    closedBecause: undefined,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await pickup
    },
  }
}

async function pickUp({ place, meet }: ProxyDoorOptions, met: Map<string, Guest>): Promise<void> {
  for await (const { hello, lines } of leftBehind(place.spool)) {
    if (met.has(hello.id)) continue
    const guest = meet(hello)
    met.set(hello.id, guest)
    for await (const line of lines) guest.take({ type: 'line', line })
    guest.detach(true)
  }
}

async function listen(place: ProxyPlace, onConnection: (socket: Socket) => void): Promise<Server> {
  if (process.platform !== 'win32') await clearStale(place.address)
  const server = createServer(onConnection)
  await listenOn(server, { path: place.address })
  if (process.platform !== 'win32') await chmod(place.address, 0o600)
  return server
}

/** Takes away the socket of an application that has died. Rejects when one lives. */
async function clearStale(address: string): Promise<void> {
  const lives = await new Promise<boolean>((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (lives) throw new Error('another Taskscope is listening for proxies already')
  await rm(address, { force: true })
}

function greet(socket: Socket, options: ProxyDoorOptions, met: Map<string, Guest>): void {
  const decoder = createLineDecoder()
  const say = (message: ToShim) => {
    if (!socket.destroyed) socket.write(encodeLine(message))
  }
  let guest: Guest | undefined
  let saidBye = false
  let stopSeen: (() => void) | undefined
  const tooLate = options.timers.after(helloWithinMs, () => socket.destroy())

  function seenLater(): void {
    stopSeen ??= options.timers.after(seenEveryMs, () => {
      stopSeen = undefined
      if (guest !== undefined) say({ type: 'seen', seq: guest.last })
    })
  }

  function meet(hello: Hello): void {
    tooLate()
    guest = met.get(hello.id)
    if (guest === undefined) {
      guest = options.meet(hello)
      met.set(hello.id, guest)
    } else if (guest.dismissed) {
      say({ type: 'dismissed' })
      guest = undefined
      socket.end()
      return
    }
    // First of all it is told from where on it is to tell.
    say({ type: 'welcome', version: shimVersion, after: guest.last })
    guest.attach({
      send: say,
      dismiss: () => {
        say({ type: 'dismissed' })
        socket.end()
      },
    })
  }

  function read(value: unknown): void {
    const message = readFromShim(value)
    if (guest === undefined) {
      if (message?.type === 'hello') meet(message.hello)
      else void answerCaller(socket, options.caller, value, tooLate)
    } else if (message?.type === 'bye') saidBye = true
    else if (message !== undefined && guest.take(message)) seenLater()
  }

  socket.on('data', (chunk) => {
    try {
      for (const line of decoder.push(chunk)) read(decodeLine(line))
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      socket.destroy()
    }
  })
  // A broken pipe is told by `close`, which always follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    tooLate()
    stopSeen?.()
    guest?.detach(saidBye)
  })
}

async function answerCaller(
  socket: Socket,
  caller: Caller | undefined,
  value: unknown,
  tooLate: () => void,
): Promise<void> {
  if (caller === undefined || !isRecord(value) || value.type !== 'ask') {
    socket.destroy()
    return
  }
  tooLate()
  const answer = await caller.ask(value)
  if (numberAt(value, 'version') !== undefined && !socket.destroyed) socket.end(encodeLine(answer))
}
