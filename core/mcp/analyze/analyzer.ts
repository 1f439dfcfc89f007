/**
 * The one passive reader of MCP traffic: a live connection, a proxy and a capture file feed it the same frames and get
 * the same facts, in order, at once. It sends nothing, has no clock and keeps only what the next frame needs.
 */
import type { Era } from '../eras/era.ts'
import { BoundedMap } from '../wire/bounded.ts'
import { Conversation, type Sighting } from '../wire/conversation.ts'
import type { Frame } from '../wire/frame.ts'
import type { JsonRecord } from '../wire/json-record.ts'
import { readFacts } from './read-facts.ts'
import { SessionEnds } from './session-ends.ts'
import type { ToolInfo, WireFact } from './wire-fact.ts'
import type { World } from './world.ts'

/** What happened beside the JSON-RPC frames: process and transport facts, as a capture file names them. */
export interface SideEvent {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly fields: JsonRecord
}

/** Makes something of a conversation as it goes by. */
export interface WireObserver {
  /** Time has come so far; called before whatever happened at that time, for verdicts that only time gives. */
  time?(at: number, world: World): void
  /** Every frame, before its facts. */
  frame?(sighting: Sighting, world: World): void
  fact?(fact: WireFact, world: World): void
  side?(event: SideEvent, world: World): void
  /** Nothing more will come; `at` is the time of the last line. */
  end?(at: number, world: World): void
}

export class Analyzer {
  readonly #observers: readonly WireObserver[]
  readonly #tools = new BoundedMap<string, ToolInfo>()
  readonly #sessionEnds = new SessionEnds()
  readonly #world: { -readonly [Field in keyof World]: World[Field] }
  #last = 0

  constructor(observers: readonly WireObserver[]) {
    this.#observers = observers
    this.#world = {
      conversation: new Conversation(),
      era: undefined as Era | undefined,
      initialized: false,
      protocolVersion: undefined,
      serverCapabilities: undefined,
      tools: this.#tools,
      toolsListed: false,
    }
  }

  get world(): World {
    return this.#world
  }

  /** Says what time it is. Time never goes back. */
  tick(at: number): void {
    this.#last = Math.max(this.#last, at)
    for (const observer of this.#observers) observer.time?.(this.#last, this.#world)
  }

  /** Takes the next frame. */
  see(frame: Frame): void {
    this.tick(frame.at)
    const sighting = this.#world.conversation.see(frame)
    if (sighting.kind === 'request' && sighting.message.method === 'initialize') this.#world.initialized = true
    const facts = readFacts(sighting, this.#world)
    // A frame is judged by the rules of the wire that it is written in.
    for (const fact of facts) if (fact.kind === 'era') this.#world.era = fact.era
    for (const observer of this.#observers) observer.frame?.(sighting, this.#world)
    for (const fact of facts) this.#tell(fact)
    this.#tellEnd(this.#sessionEnds.answer(frame.http))
  }

  /** Takes what happened beside the frames. */
  side(event: SideEvent): void {
    this.tick(event.at)
    for (const observer of this.#observers) observer.side?.(event, this.#world)
    this.#tellEnd(this.#sessionEnds.side(event))
  }

  /** Nothing more will come. */
  end(): void {
    for (const request of this.#sessionEnds.rest()) this.#tellEnd(request)
    for (const observer of this.#observers) observer.end?.(this.#last, this.#world)
  }

  #tellEnd(request: SideEvent | undefined): void {
    if (request !== undefined) this.#tell({ kind: 'session.ended', request })
  }

  #tell(fact: WireFact): void {
    this.#learn(fact)
    for (const observer of this.#observers) observer.fact?.(fact, this.#world)
  }

  #learn(fact: WireFact): void {
    if (fact.kind === 'server') {
      this.#world.serverCapabilities = fact.capabilities
      this.#world.protocolVersion = fact.protocolVersion
    }
    if (fact.kind === 'tools') {
      if (fact.first) this.#tools.clear()
      for (const tool of fact.tools) this.#tools.set(tool.name, tool)
      this.#world.toolsListed = true
    }
  }
}
