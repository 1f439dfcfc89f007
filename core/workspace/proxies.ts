/** The workspace's side of the proxies: who comes to the door becomes a source. */

import { proxiedName } from '../mcp/proxy/proxied-name.ts'
import { openProxyDoor, type ProxyDoor } from '../mcp/proxy/proxy-door.ts'
import type { ProxyPlace } from '../mcp/proxy/proxy-place.ts'
import { ProxySource } from '../mcp/proxy/proxy-source.ts'
import { type JsonRecord, numberAt, stringAt } from '../mcp/wire/json-record.ts'
import type { SourceId } from '../model/identity.ts'
import type { EventSink, Source } from '../model/source.ts'
import { type FixSurroundings, fixFindings } from './fix-findings.ts'

export interface ProxiesOptions extends FixSurroundings {
  readonly sink: EventSink
  /** An id that no source has, after this name. */
  readonly freeId: (name: string) => SourceId
  readonly add: (source: Source) => void
  readonly find: (id: SourceId) => Source | undefined
}

export interface Proxies {
  /** Lets the proxies of other people's clients in. @returns why that is impossible, when it is */
  watch(place: ProxyPlace): Promise<string | undefined>
  close(): Promise<void>
}

const longestWaitMs = 600_000

export function createProxies(options: ProxiesOptions): Proxies {
  const { clock, timers, sink } = options
  let door: Promise<ProxyDoor> | undefined

  async function ask(question: JsonRecord): Promise<JsonRecord> {
    const task = stringAt(question, 'task')
    const waitMs = Math.min(numberAt(question, 'waitMs') ?? 0, longestWaitMs)
    return { results: await fixFindings(options, { waitMs, ...(task === undefined ? {} : { task }) }) }
  }

  return {
    async watch(place) {
      door ??= openProxyDoor({
        place,
        timers,
        caller: { ask },
        meet(hello) {
          const source = options.freeId(proxiedName(hello.command))
          const proxy = new ProxySource({ source, hello, sink, clock, timers })
          options.add(proxy)
          return proxy
        },
      })
      return (await door).closedBecause
    },
    async close() {
      await (await door)?.close()
    },
  }
}
