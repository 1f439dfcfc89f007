/**
 * Pairs answers with requests, per direction: both peers count their ids from zero, so the same id in the other
 * direction is another request. Several sessions over HTTP use the same ids side by side; there the exchange number
 * tells them apart where the recorder knew it, else the task that the answer names, else the newest request is the one
 * that is answered.
 */
import { answerDirection, type Direction, type Frame } from './frame.ts'
import { isRecord, recordAt, stringAt } from './json-record.ts'
import type { RpcAnswer, RpcId, RpcMessage, RpcNotification, RpcRequest } from './rpc-message.ts'

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

/** Requests of one id that wait side by side; more are not told apart. */
const maxSameId = 16

export class Conversation {
  readonly #open = new Map<string, RequestSighting[]>()
  #size = 0

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
        const request = message.id === undefined ? undefined : this.#takeOpen(frame, message.id)
        return { kind: 'answer', frame, message, ...(request === undefined ? {} : { request }) }
      }
    }
  }

  /** The request with this id that waits for its answer, the newest if there are several. */
  openRequest(direction: Direction, id: RpcId): RequestSighting | undefined {
    return this.#open.get(key(direction, id))?.at(-1)
  }

  /** How many requests wait for their answer. */
  get size(): number {
    return this.#size
  }

  #remember(openKey: string, sighting: RequestSighting): void {
    const waiting = this.#open.get(openKey) ?? []
    this.#open.delete(openKey)
    // On stdio there is one session: an id that comes again takes the place of the older request.
    const kept = sighting.frame.transport === 'http' ? waiting.slice(1 - maxSameId) : []
    this.#size += 1 + kept.length - waiting.length
    this.#open.set(openKey, [...kept, sighting])
    if (this.#size <= maxOpenRequests) return
    for (const [oldest, requests] of this.#open) {
      this.#open.delete(oldest)
      this.#size -= requests.length
      return
    }
  }

  #takeOpen(answer: Frame, id: RpcId): RequestSighting | undefined {
    let openKey = key(answerDirection(answer.dir), id)
    let waiting = this.#open.get(openKey)
    if (waiting === undefined) {
      // Some recorders write a request of ours, or its answer, in the direction of the wire that it travelled on.
      const otherWay = key(otherWays[answer.dir], id)
      const there = this.#open.get(otherWay)
      if (answer.injected === true || there?.some((request) => request.frame.injected === true) === true) {
        openKey = otherWay
        waiting = there
      }
    }
    if (waiting === undefined) return undefined
    const [request] = waiting.splice(indexOfAnswered(waiting, answer), 1)
    this.#size -= 1
    if (waiting.length === 0) this.#open.delete(openKey)
    return request
  }
}

function indexOfAnswered(waiting: readonly RequestSighting[], { http, message }: Frame): number {
  if (waiting.length === 1) return 0
  const exchange = http?.n
  const ofExchange = exchange === undefined ? -1 : waiting.findIndex(({ frame }) => frame.http?.n === exchange)
  if (ofExchange >= 0) return ofExchange
  const ofTask = waiting.findLastIndex((request) => namesTask(message, stringAt(request.message.params, 'taskId')))
  return ofTask >= 0 ? ofTask : waiting.length - 1
}

/** Whether a result says that it is about this task, as what it describes or as what it belongs to. */
function namesTask(message: RpcMessage, taskId: string | undefined): boolean {
  if (message.kind !== 'result' || taskId === undefined) return false
  const related = Object.values(recordAt(message.result, '_meta') ?? {})
  return message.result.taskId === taskId || related.some((value) => isRecord(value) && value.taskId === taskId)
}

/** Where else the request of an injected answer may have been written down. */
const otherWays: Readonly<Record<Direction, Direction>> = {
  s2c: 'dbg2s',
  s2dbg: 'c2s',
  c2s: 'dbg2c',
  c2dbg: 's2c',
  dbg2s: 'dbg2s',
  dbg2c: 'dbg2c',
}

function key(direction: Direction, id: RpcId): string {
  return `${direction} ${JSON.stringify(id)}`
}
