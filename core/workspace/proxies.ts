/** The workspace's side of proxies and of servers of ours: who comes to the door becomes a source. */
import { proxiedName } from '../mcp/proxy/proxied-name.ts'
import { openProxyDoor, type ProxyDoor } from '../mcp/proxy/proxy-door.ts'
import type { ProxyPlace } from '../mcp/proxy/proxy-place.ts'
import { ProxySource } from '../mcp/proxy/proxy-source.ts'
import type { Hello } from '../mcp/proxy/shim-messages.ts'
import { type JsonRecord, numberAt, stringAt } from '../mcp/wire/json-record.ts'
import type { SourceId } from '../model/identity.ts'
import type { EventSink } from '../model/source.ts'
import { type FixSurroundings, fixFindings } from './fix-findings.ts'
import type { OpenSources } from './open-sources.ts'
import { ServedSource } from './served-source.ts'

export interface ProxiesOptions extends FixSurroundings {
  readonly sources: OpenSources
  readonly sink: EventSink
  /** The spans of this source are sent by the program in which it lives. */
  readonly exportsItself: (source: SourceId) => void
}

export interface Proxies {
  /** Lets the proxies of other people's clients in. @returns why that is impossible, when it is */
  watch(place: ProxyPlace): Promise<string | undefined>
  close(): Promise<void>
}

const longestWaitMs = 600_000

export function createProxies(options: ProxiesOptions): Proxies {
  const { sources, sink, clock, timers } = options
  let door: Promise<ProxyDoor> | undefined

  async function ask(question: JsonRecord): Promise<JsonRecord> {
    const task = stringAt(question, 'task')
    const waitMs = Math.min(numberAt(question, 'waitMs') ?? 0, longestWaitMs)
    return { results: await fixFindings(options, { waitMs, ...(task === undefined ? {} : { task }) }) }
  }

  function meet(hello: Hello): ProxySource | ServedSource {
    const surroundings = { sink, clock, timers }
    if (hello.transport !== 'own') {
      return new ProxySource({ ...surroundings, source: sources.freeId(proxiedName(hello.command)), hello })
    }
    const source = sources.freeId(hello.name)
    if (hello.exports) options.exportsItself(source)
    return new ServedSource({ ...surroundings, source, hello })
  }

  return {
    async watch(place) {
      door ??= openProxyDoor({
        place,
        timers,
        caller: { ask },
        meet(hello) {
          const guest = meet(hello)
          sources.add(guest)
          return guest
        },
      })
      return (await door).closedBecause
    },
    async close() {
      await (await door)?.close()
    },
  }
}
