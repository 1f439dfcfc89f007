/** What a workspace is given by the program that it runs in: all in which that differs from another. */
import type { AuthorizationStore } from '../mcp/client/oauth/stored-authorization.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { HostEntries } from '../runner/host/host-source.ts'
import type { Spawner } from '../runner/host/spawner.ts'

export interface WorkspaceOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly spawner: Spawner
  readonly entries: HostEntries
  /** Version of the application, told to servers and written on spans. */
  readonly version: string
  /** What hosts get as their environment, and where the standard `OTEL_*` variables are read. */
  readonly env: Readonly<Record<string, string>>
  /** Where spans wait that outlive the application; without it they wait in memory. */
  readonly exportQueueFolder?: string | undefined
  /** The built receiver of spans; without it nothing can be received. */
  readonly receiverEntry?: string | undefined
  /** The file that keeps the ids of open MCP tasks over restarts; without it they are not found again. */
  readonly keptTasksFile?: string | undefined
  /** How a person authorizes us at servers over HTTP; without it such a server cannot be spoken to. */
  readonly authorization?: AuthorizationSurroundings | undefined
  /** Names this run for viewers: another epoch means another registry. */
  readonly epoch: string
}

export interface AuthorizationSurroundings {
  readonly storeOf: (serverUrl: string) => AuthorizationStore
  /** Shows the page to the person. @returns whether they agreed to go there */
  readonly open: (serverUrl: string, page: URL) => Promise<boolean>
}
