/**
 * Pairs answers with requests, per direction: both peers count their ids from zero, so the same id in the other
 * direction is another request. An id that is used again takes the place of the older request.
 */
import { answerDirection, type Direction, type Frame } from './frame.ts'
import type { RpcAnswer, RpcId, RpcNotification, RpcRequest } from './rpc-message.ts'

export interface RequestSighting {
  readonly kind: 'request'
  readonly frame: Frame
  readonly message: RpcRequest
}

export interface NotificationSighting {
  readonly kind: 'notification'
  readonly frame: Frame
  readonly message: RpcNotification
}

export interface AnswerSighting {
  readonly kind: 'answer'
  readonly frame: Frame
  readonly message: RpcAnswer
  /** Absent when nobody asked, or when the question was let go to keep memory bounded. */
  readonly request?: RequestSighting
}

export type Sighting = RequestSighting | NotificationSighting | AnswerSighting

/** Requests that a peer never answers must not grow memory without end; beyond this the oldest are let go. */
const maxOpenRequests = 20_000

export class Conversation {
  readonly #open = new Map<string, RequestSighting>()

  /** Takes the next frame and says what it is and, for an answer, what it answers. */
  see(frame: Frame): Sighting {
    const { message } = frame
    switch (message.kind) {
      case 'request': {
        const sighting = { kind: 'request', frame, message } as const
        this.#remember(key(frame.dir, message.id), sighting)
        return sighting
      }
      case 'notification':
        return { kind: 'notification', frame, message }
      case 'result':
      case 'error': {
        const request = message.id === undefined ? undefined : this.#takeOpen(answerDirection(frame.dir), message.id)
        return { kind: 'answer', frame, message, ...(request === undefined ? {} : { request }) }
      }
    }
  }

  /** The request with this id that waits for its answer. */
  openRequest(direction: Direction, id: RpcId): RequestSighting | undefined {
    return this.#open.get(key(direction, id))
  }

  /** Every request that waits for its answer, oldest first. */
  openRequests(): Iterable<RequestSighting> {
    return this.#open.values()
  }

  #remember(openKey: string, sighting: RequestSighting): void {
    this.#open.delete(openKey)
    this.#open.set(openKey, sighting)
    if (this.#open.size > maxOpenRequests) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest)
        break
      }
    }
  }

  #takeOpen(direction: Direction, id: RpcId): RequestSighting | undefined {
    const openKey = key(direction, id)
    const request = this.#open.get(openKey)
    this.#open.delete(openKey)
    return request
  }
}

function key(direction: Direction, id: RpcId): string {
  return `${direction} ${JSON.stringify(id)}`
}
