/**
 * The debugger's way from this thread to the worker threads of this process: one inspector session of our own, open
 * while somebody uses it. A session to a sibling cannot be opened directly; the `NodeWorker` domain reaches every worker
 * from the thread that owns them all.
 */
import { Session } from 'node:inspector'
import type { Dispose } from '../../model/dispose.ts'

export interface WorkerChannel {
  /** `answer` is left out when nobody needs it. An error of the protocol is answered as `undefined`. */
  send(method: string, params?: object, answer?: (result: unknown) => void): void
  close: Dispose
}

export type WorkerEvents = (method: string, params: unknown) => void

export interface WorkerSessions {
  /** Opens a channel to the worker with this thread id, which must be alive; what is sent before it is attached waits. */
  open(threadId: number, events: WorkerEvents): WorkerChannel
}

interface Peer {
  readonly events: WorkerEvents
  readonly answers: Map<number, (result: unknown) => void>
  sessionId: string | undefined
  waiting: string[]
}

interface ProtocolMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
}

export function createWorkerSessions(): WorkerSessions {
  const peers = new Map<string, Peer>()
  const attached = new Map<string, string>()
  let session: Session | undefined
  let calls = 0

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
    const answer = peer.answers.get(message.id)
    peer.answers.delete(message.id)
    answer?.(message.result)
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
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => read(params.sessionId, params.message))
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  return {
    open(threadId, events) {
      connect()
      const key = String(threadId)
      const peer: Peer = { events, answers: new Map(), sessionId: undefined, waiting: [] }
      peers.set(key, peer)
      const sessionId = attached.get(key)
      if (sessionId !== undefined) join(peer, sessionId)
      return {
        send(method, params = {}, answer) {
          calls += 1
          if (answer !== undefined) peer.answers.set(calls, answer)
          const message = JSON.stringify({ id: calls, method, params })
          if (peer.sessionId === undefined) peer.waiting.push(message)
          else post(peer.sessionId, message)
        },
        close() {
          if (peers.get(key) === peer) peers.delete(key)
          if (peers.size > 0) return
          // Without a session no worker notices that there is an inspector at all.
          session?.disconnect()
          session = undefined
          attached.clear()
        },
      }
    },
  }
}

/** Node numbers workers anew for each session; the id of the thread is in the title alone: "[worker 3] name". */
function threadIdOf(title: string): string {
  return /\d+/.exec(title)?.[0] ?? ''
}
