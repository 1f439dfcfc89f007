/** The MCP servers that we are connected to: those that we launch, and those that we reach over HTTP. */
import type { CommandResult } from '../feed/app-commands.ts'
import { connectServer } from '../mcp/client/connection-source.ts'
import { type Authorizer, createAuthorizer } from '../mcp/client/oauth/authorizer.ts'
import type { SourceId } from '../model/identity.ts'
import { isAddress, type ServerTarget } from '../model/server-target.ts'
import type { EventSink } from '../model/source.ts'
import { openKeptTasksFile } from './kept-tasks-file.ts'
import type { OpenSources } from './open-sources.ts'
import type { Receiving } from './receiving.ts'
import type { WorkspaceOptions } from './workspace-options.ts'

export interface ServersOptions
  extends Pick<WorkspaceOptions, 'clock' | 'timers' | 'version' | 'keptTasksFile' | 'authorization'> {
  readonly sources: OpenSources
  readonly sink: EventSink
  /** Tells servers that we launch where to send their spans. */
  readonly receiving: Pick<Receiving, 'environmentFor'>
}

export interface Servers {
  /** @returns the source once the server has answered, or why it cannot be spoken to; then its row says so too */
  connect(target: ServerTarget): Promise<CommandResult<{ readonly source: SourceId }>>
  /** Keeps what is to be found again after a restart. The connections are the workspace's to end. */
  close(): void
}

export function createServers(options: ServersOptions): Servers {
  const { clock, timers, version, keptTasksFile, authorization, sources, sink, receiving } = options
  const clientInfo = { name: 'taskscope', version }
  const keptTasks = keptTasksFile === undefined ? undefined : openKeptTasksFile(keptTasksFile, timers)

  /** A person who gives the header has seen to it. */
  function authorizerFor(target: ServerTarget): Authorizer | undefined {
    if (authorization === undefined || !isAddress(target)) return undefined
    if (Object.keys(target.headers).some((name) => name.toLowerCase() === 'authorization')) return undefined
    const { url, clientId } = target
    const open = (page: URL) => authorization.open(url, page)
    return createAuthorizer({ serverUrl: url, store: authorization.storeOf(url), clientId, timers, open })
  }

  function toldWhereToSend(target: ServerTarget): ServerTarget {
    if (isAddress(target)) return target
    return { ...target, env: { ...receiving.environmentFor(target.env), ...target.env } }
  }

  return {
    async connect(target) {
      const source = sources.freeId(target.name)
      const kept = keptTasks?.of(target)
      const connection = connectServer({
        source,
        target: toldWhereToSend(target),
        sink,
        clock,
        timers,
        clientInfo,
        authorizer: authorizerFor(target),
        ...(kept !== undefined && { kept }),
      })
      sources.add(connection)
      const opened = await connection.opened
      if (opened.ok) return { ok: true, value: { source } }
      return { ok: false, error: opened.error, ...(opened.detail !== undefined && { detail: opened.detail }) }
    },
    close: () => keptTasks?.close(),
  }
}
