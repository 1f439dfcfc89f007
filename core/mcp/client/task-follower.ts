/**
 * Follows one task that we asked a server for: polls `tasks/get` never faster than the server wants and never
 * twice at a time; on the legacy wire opens `tasks/result` when the task waits for input, because a server may hold its question back
 * until then, and when it has ended, to fetch the result. Owns one timer; `stop` ends it.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { isTerminalStatus, type TaskSnapshot } from '../eras/task-snapshot.ts'
import type { RpcError } from '../wire/rpc-message.ts'
import type { AnswerOrGone, RpcPeer } from './rpc-peer.ts'

export interface TaskFollowerOptions {
  readonly peer: RpcPeer
  readonly timers: Timers
  readonly taskId: string
  /** Milliseconds between polls when the server names none. */
  readonly pollMs: number
  /** Whether results are fetched with `tasks/result`; on the modern wire they come with the status. */
  readonly fetchesResult: boolean
  /** A poll was answered with an error; `undefined` when polling goes well again. */
  readonly pollFailed: (error: RpcError) => void
  /** The result of the ended task cannot be fetched. */
  readonly resultFailed: (error: RpcError) => void
}

/** A server that asks for faster polls than this gets this. */
const fastestPollMs = 50

export class TaskFollower {
  readonly #options: TaskFollowerOptions
  #intervalMs: number
  #timer: Dispose | undefined
  #resultOpen = false
  #fetched = false
  #status = 'working'
  #stopped = false

  constructor(options: TaskFollowerOptions) {
    this.#options = options
    this.#intervalMs = options.pollMs
  }

  start(created: TaskSnapshot): void {
    this.saw(created)
    this.#schedule()
  }

  /** Takes every status of the task that is news, however it came. */
  saw(snapshot: TaskSnapshot): void {
    if (this.#stopped) return
    if (snapshot.pollIntervalMs !== undefined) this.#intervalMs = Math.max(fastestPollMs, snapshot.pollIntervalMs)
    this.#status = snapshot.status
    if (this.#status === 'input_required') this.#openResult()
    if (!isTerminalStatus(this.#status)) return
    this.#stopPolling()
    // A cancelled task has no result to fetch.
    if (this.#status !== 'cancelled') this.#openResult()
  }

  stop(): void {
    this.#stopped = true
    this.#stopPolling()
  }

  #stopPolling(): void {
    this.#timer?.()
    this.#timer = undefined
  }

  #schedule(): void {
    if (this.#stopped || isTerminalStatus(this.#status)) return
    this.#timer = this.#options.timers.after(this.#intervalMs, () => {
      this.#timer = undefined
      void this.#poll()
    })
  }

  async #poll(): Promise<void> {
    const { peer, taskId, pollFailed } = this.#options
    const answer = await peer.request('tasks/get', { taskId })
    if (answer === undefined || this.#stopped) return
    if (answer.kind === 'error') pollFailed(answer.error)
    this.#schedule()
  }

  #openResult(): void {
    if (!this.#options.fetchesResult || this.#resultOpen || this.#fetched) return
    this.#resultOpen = true
    void this.#fetch()
  }

  async #fetch(): Promise<void> {
    const { peer, taskId, resultFailed } = this.#options
    const answer: AnswerOrGone = await peer.request('tasks/result', { taskId })
    this.#resultOpen = false
    if (answer === undefined || this.#stopped) return
    if (answer.kind === 'result') this.#fetched = true
    else if (this.#status === 'completed') resultFailed(answer.error)
  }
}
