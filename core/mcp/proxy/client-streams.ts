/**
 * The streams of events that clients of an HTTP proxy have open. What the server sends on a stream of ours but means for
 * the client goes on in one of those of the same session, or waits for the next; so does what was held when its client left
 * and the server does not tell again. Bounded.
 */
import type { Dispose } from '../../model/dispose.ts'

/** What the server means for a client, and has not reached it where it came. */
export interface ServerMessage {
  readonly json: string
  /** Whose it is; only of a message that has been written down where it came. */
  readonly task?: string
}

export type PutMessage = (message: ServerMessage) => void

interface OpenStream {
  readonly session: string
  /** It belongs to no request: the session's own. */
  readonly standing: boolean
  readonly put: PutMessage
}

/** Messages that wait for a stream; the oldest of more are let go. */
const maxWaiting = 100

export class ClientStreams {
  readonly #open = new Set<OpenStream>()
  #waiting: { readonly session: string; readonly message: ServerMessage }[] = []

  opened(session: string, standing: boolean, put: PutMessage): Dispose {
    const stream = { session, standing, put }
    this.#open.add(stream)
    const mine = this.#waiting.filter((each) => each.session === session)
    this.#waiting = this.#waiting.filter((each) => each.session !== session)
    for (const { message } of mine) put(message)
    return () => {
      this.#open.delete(stream)
    }
  }

  deliver(session: string, message: ServerMessage): void {
    const mine = [...this.#open].filter((each) => each.session === session)
    const stream = mine.find(({ standing }) => standing) ?? mine.at(-1)
    if (stream !== undefined) {
      stream.put(message)
      return
    }
    this.#waiting.push({ session, message })
    if (this.#waiting.length > maxWaiting) this.#waiting.shift()
  }
}
