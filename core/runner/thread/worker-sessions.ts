/**
 * The debugger's way from this thread to the worker threads of this process: one inspector session of our own, opened
 * on first use. It stays: Node aborts when one is closed while a worker ends, and a session that asks nothing costs
 * nothing. A session to a sibling cannot be opened directly; the `NodeWorker` domain reaches every worker from the
 * thread that owns them all. What comes from them interrupts this thread in the middle of anything, so it is kept and
 * read in the next turn of the event loop, or when it is asked for.
 */
import { Session } from 'node:inspector'
import type { Dispose } from '../../model/dispose.ts'

export interface WorkerChannel {
  send(method: string, params?: object): void
  /** Calls back once, when everything that was sent has been answered; at once when it has. */
  whenQuiet(callback: () => void): void
  close: Dispose
}

export type WorkerEvents = (method: string, params: unknown) => void

export interface WorkerSessions {
  /**
   * Opens a channel to the worker with this thread id, which must be alive; what is sent before it is attached waits.
   * `left`: no code runs in it any more, though it may not have ended yet.
   */
  open(threadId: number, events: WorkerEvents, left?: () => void): WorkerChannel
  /** Reads what has come, though the event loop has not turned. Not to be called in the middle of our own code. */
  read(): void
}

interface Peer {
  readonly events: WorkerEvents
  readonly left: (() => void) | undefined
  readonly unanswered: Set<number>
  quiet: (() => void)[]
  sessionId: string | undefined
  waiting: string[]
}

interface ProtocolMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
}

export function createWorkerSessions(): WorkerSessions {
  const peers = new Map<string, Peer>()
  const attached = new Map<string, string>()
  let session: Session | undefined
  let calls = 0
  let arrived: (() => void)[] = []

  const readArrived = (): void => {
    const reading = arrived
    arrived = []
    for (const read of reading) read()
  }
  const keep = (read: () => void): void => {
    if (arrived.push(read) === 1) setImmediate(readArrived)
  }
  const post = (sessionId: string, message: string): void =>
    session?.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  const peerOf = (sessionId: string): Peer | undefined => {
    for (const peer of peers.values()) if (peer.sessionId === sessionId) return peer
    return undefined
  }
  const join = (peer: Peer, sessionId: string): void => {
    peer.sessionId = sessionId
    for (const message of peer.waiting.splice(0)) post(sessionId, message)
  }
  const read = (sessionId: string, text: string): void => {
    const peer = peerOf(sessionId)
    if (peer === undefined) return
    const message = JSON.parse(text) as ProtocolMessage
    if (message.id === undefined) {
      if (message.method !== undefined) peer.events(message.method, message.params)
      return
    }
    peer.unanswered.delete(message.id)
    if (peer.unanswered.size === 0) for (const callback of peer.quiet.splice(0)) callback()
  }
  const connect = (): void => {
    if (session !== undefined) return
    session = new Session()
    session.connect()
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const { sessionId, workerInfo } = params
      const threadId = threadIdOf(workerInfo.title)
      attached.set(threadId, sessionId)
      const peer = peers.get(threadId)
      if (peer !== undefined) join(peer, sessionId)
    })
    session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      for (const [threadId, sessionId] of attached) if (sessionId === params.sessionId) attached.delete(threadId)
      const peer = peerOf(params.sessionId)
      if (peer?.left !== undefined) keep(peer.left)
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) =>
      keep(() => read(params.sessionId, params.message)),
    )
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  return {
    read: readArrived,
    open(threadId, events, left) {
      connect()
      const key = String(threadId)
      const peer: Peer = { events, left, unanswered: new Set(), quiet: [], sessionId: undefined, waiting: [] }
      peers.set(key, peer)
      const sessionId = attached.get(key)
      if (sessionId !== undefined) join(peer, sessionId)
      return {
        send(method, params = {}) {
          calls += 1
          peer.unanswered.add(calls)
          const message = JSON.stringify({ id: calls, method, params })
          if (peer.sessionId === undefined) peer.waiting.push(message)
          else post(peer.sessionId, message)
        },
        whenQuiet(callback) {
          if (peer.unanswered.size === 0) callback()
          else peer.quiet.push(callback)
        },
        close() {
          if (peers.get(key) === peer) peers.delete(key)
        },
      }
    },
  }
}

/** Node numbers workers anew for each session; the id of the thread is in the title alone: "[worker 3] name". */
function threadIdOf(title: string): string {
  return /\d+/.exec(title)?.[0] ?? ''
}
