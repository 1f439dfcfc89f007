/** The tools of one server, read page by page, as offers of its connection. */
import type { Offer } from '../../model/node.ts'
import { readTool } from '../analyze/read-facts.ts'
import type { ToolInfo } from '../analyze/wire-fact.ts'
import { listAt, stringAt } from '../wire/json-record.ts'
import type { RpcPeer } from './rpc-peer.ts'

/** A server whose list never ends is read this far. */
const maxPages = 200

export class ToolList {
  readonly #peer: RpcPeer
  #tools: readonly ToolInfo[] = []
  #reading = false
  #stale = false
  /** Whether the server takes `tools/call` as a task at all. */
  tasksSupported = false
  /** What holds of a tool that says nothing of tasks: on the modern wire the server decides with each call. */
  unsaid: 'forbidden' | 'optional' = 'forbidden'

  constructor(peer: RpcPeer) {
    this.#peer = peer
  }

  find(name: string): ToolInfo | undefined {
    return this.#tools.find((tool) => tool.name === name)
  }

  /** How a tool may be called: what it says itself, on a server that knows tasks. */
  taskSupport(tool: ToolInfo): 'forbidden' | 'optional' | 'required' {
    return this.tasksSupported ? (tool.taskSupport ?? this.unsaid) : 'forbidden'
  }

  offers(): readonly Offer[] {
    return this.#tools.map((tool) => ({
      name: tool.name,
      ...(tool.title === undefined ? {} : { title: tool.title }),
      ...(tool.description === undefined ? {} : { description: tool.description }),
      ...(tool.inputSchema === undefined ? {} : { inputSchema: tool.inputSchema }),
      taskSupport: this.taskSupport(tool),
    }))
  }

  /** Whether the list is being read already; then it is read once more afterwards, for what has changed meanwhile. */
  joinReading(): boolean {
    this.#stale ||= this.#reading
    return this.#reading
  }

  /**
   * Reads the whole list.
   * @returns why it could not be read, or `undefined`
   */
  async refresh(): Promise<string | undefined> {
    this.#reading = true
    let problem: string | undefined
    do {
      this.#stale = false
      problem = await this.#readPages()
    } while (this.#stale && problem === undefined)
    this.#reading = false
    return problem
  }

  async #readPages(): Promise<string | undefined> {
    const tools: ToolInfo[] = []
    let cursor: string | undefined
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await this.#peer.request('tools/list', cursor === undefined ? {} : { cursor })
      if (answer === undefined) return 'the server has ended'
      if (answer.kind === 'error') return answer.error.message
      tools.push(...listAt(answer.result, 'tools').flatMap(readTool))
      const next = stringAt(answer.result, 'nextCursor')
      if (next === undefined || next === cursor) break
      cursor = next
    }
    this.#tools = tools
    return undefined
  }
}
