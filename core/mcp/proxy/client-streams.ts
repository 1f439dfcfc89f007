/**
 * The streams of events that clients of an HTTP proxy have open. What the server sends on a stream of ours but means for
 * the client goes on in one of those of the same session, or waits for the next. Bounded.
 */
import type { Dispose } from '../../model/dispose.ts'

/** Puts a message of the server, as the text of its JSON, into a stream. */
export type PutMessage = (json: string) => void

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
  #waiting: { readonly session: string; readonly json: string }[] = []

  opened(session: string, standing: boolean, put: PutMessage): Dispose {
    const stream = { session, standing, put }
    this.#open.add(stream)
    const mine = this.#waiting.filter((each) => each.session === session)
    this.#waiting = this.#waiting.filter((each) => each.session !== session)
    for (const { json } of mine) put(json)
    return () => {
      this.#open.delete(stream)
    }
  }

  deliver(session: string, json: string): void {
    const mine = [...this.#open].filter((each) => each.session === session)
    const stream = mine.find(({ standing }) => standing) ?? mine.at(-1)
    if (stream !== undefined) {
      stream.put(json)
      return
    }
    this.#waiting.push({ session, json })
    if (this.#waiting.length > maxWaiting) this.#waiting.shift()
  }
}
