/** The test's end of the connections over which scripted tasks are told what to do. */
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export interface Peer {
  /** The process in which the task's code runs. */
  readonly pid: number
  /** How often its code has said that it waits to be told what to do, and how often it was told since. */
  words: number
  acts: number
  /** Its place lives. */
  open: boolean
  readonly socket: Socket
}

export interface ScriptLines {
  readonly port: number
  /** The task that was started under this key, once its code has said so. */
  peer(key: string): Peer | undefined
  peers(): Iterable<Peer>
  act(key: string, action: object): void
  close(): Promise<void>
}

interface Word {
  readonly key: string
  readonly pid: number
}

export async function openScriptLines(): Promise<ScriptLines> {
  const peers = new Map<string, Peer>()
  const server = createServer((socket) => {
    let peer: Peer | undefined
    const heard = (line: string): void => {
      const { key, pid } = JSON.parse(line) as Word
      if (peer === undefined) {
        peer = { pid, words: 0, acts: 0, open: true, socket }
        peers.set(key, peer)
      }
      peer.words += 1
    }
    const closed = (): void => {
      if (peer !== undefined) peer.open = false
      socket.destroy()
    }
    socket.on('close', closed).on('end', closed).on('error', closed)
    // A killed process resets its connection.
    createInterface(socket).on('line', heard).on('error', closed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    peer: (key) => peers.get(key),
    peers: () => peers.values(),
    act(key, action) {
      const peer = peers.get(key)
      if (peer === undefined) throw new Error(`${key} never said that it runs`)
      peer.acts += 1
      peer.socket.write(`${JSON.stringify(action)}\n`)
    },
    async close() {
      for (const { socket } of peers.values()) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
