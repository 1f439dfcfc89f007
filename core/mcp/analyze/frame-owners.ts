/**
 * Says which task a message belongs to: by the task id that it names, by the request that it answers, or by the
 * progress token of the call that created the task. Bounded; what it has let go belongs to nobody.
 */
import { legacyEra, readRelatedTask } from '../eras/legacy.ts'
import { modernEra } from '../eras/modern.ts'
import { BoundedMap } from '../wire/bounded.ts'
import { answerDirection, type Direction } from '../wire/frame.ts'
import { type JsonRecord, jsonText, recordAt, stringAt } from '../wire/json-record.ts'
import type { RpcMessage, RpcRequest } from '../wire/rpc-message.ts'

interface OpenRequest {
  readonly task: string | undefined
  readonly token: unknown
}

export class FrameOwners {
  readonly #open = new BoundedMap<string, OpenRequest>()
  readonly #tokens = new BoundedMap<string, string>()

  /** Takes the next message of a direction and names its task. */
  see(dir: Direction, message: RpcMessage): string | undefined {
    switch (message.kind) {
      case 'request': {
        const task = namedTask(message.params)
        this.#remember(dir, message, task)
        return task
      }
      case 'notification':
        return namedTask(message.params) ?? this.#byToken(dir, message.params.progressToken)
      case 'result':
      case 'error': {
        const key = `${answerDirection(dir)} ${jsonText(message.id)}`
        const request = this.#open.get(key)
        this.#open.delete(key)
        if (request?.task !== undefined || message.kind === 'error') return request?.task
        const created = request === undefined ? undefined : readCreated(message.result)
        if (created === undefined) return readRelatedTask(message.result)
        if (request?.token !== undefined) this.#tokens.set(`${dir} ${jsonText(request.token)}`, created)
        return created
      }
    }
  }

  #remember(dir: Direction, message: RpcRequest, task: string | undefined): void {
    const token = recordAt(message.params, '_meta')?.progressToken
    this.#open.set(`${dir} ${jsonText(message.id)}`, { task, token })
  }

  #byToken(dir: Direction, token: unknown): string | undefined {
    return token === undefined ? undefined : this.#tokens.get(`${dir} ${jsonText(token)}`)
  }
}

function namedTask(params: JsonRecord): string | undefined {
  return stringAt(params, 'taskId') ?? readRelatedTask(params)
}

function readCreated(result: JsonRecord): string | undefined {
  return (legacyEra.readCreation(result) ?? modernEra.readCreation(result))?.taskId
}
