/** Tells how a connection is: its row's status, why, facts, and what may be asked of it. */
import type { NodeFacts, Offer } from '../../model/node.ts'
import type { Emit } from '../../model/stamp.ts'
import { connectionNode } from '../analyze/connection-id.ts'
import { connectionCapabilities } from './verb-reasons.ts'

export class ConnectionNode {
  readonly #emit: Emit
  #unauthorized = false

  constructor(emit: Emit) {
    this.#emit = emit
  }

  say(status: 'opening' | 'open' | 'failed' | 'frozen', text: string, facts?: NodeFacts): void {
    this.#emit({
      kind: 'node.changed',
      id: connectionNode,
      status,
      why: { text },
      ...(facts === undefined ? {} : { facts }),
    })
  }

  facts(facts: NodeFacts): void {
    this.#emit({ kind: 'node.changed', id: connectionNode, facts })
  }

  /** @param problem why they cannot be listed, or not all of them */
  offers(offers: readonly Offer[], problem: string | undefined): void {
    this.#emit({
      kind: 'node.changed',
      id: connectionNode,
      offers,
      ...(problem === undefined ? {} : { why: { text: 'its tools cannot be listed', detail: problem } }),
    })
  }

  warn(text: string): void {
    const lines = [{ stream: 'log' as const, level: 'warn' as const, text }]
    this.#emit({ kind: 'task.log', id: connectionNode, lines })
  }

  /** Whether the server waits until a person has authorized us. */
  get unauthorized(): boolean {
    return this.#unauthorized
  }

  /** @param want what is lacking of an authorization that there is */
  needsAuthorization(want?: 'scope'): void {
    if (this.#unauthorized) return
    this.#unauthorized = true
    const why =
      want === undefined
        ? 'since the server wants to know who asks'
        : 'since what you have authorized is not enough for it'
    const detail = `${why}: authorize in your browser, and it goes on`
    this.#emit({
      kind: 'node.changed',
      id: connectionNode,
      why: { text: 'needs authorization', detail },
      facts: { authorization: 'needed' },
      capabilities: { ...connectionCapabilities(false), authorize: true },
    })
  }

  authorized(): void {
    this.#unauthorized = false
    this.#emit({
      kind: 'node.changed',
      id: connectionNode,
      why: { text: 'authorized by you' },
      facts: { authorization: 'given' },
      capabilities: connectionCapabilities(false),
    })
  }
}
