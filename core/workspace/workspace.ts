/**
 * The middle with everything around it: one registry, the sources that feed it, the spans made from it and the feed
 * that shows it. It runs in plain Node; Electron's main process and the command line only hand in what differs
 * (how to spawn a host, where the built files lie).
 */
import type { CommandResult } from '../feed/app-commands.ts'
import type { AppStatus } from '../feed/app-status.ts'
import { createFeedServer, type FeedServer } from '../feed/server.ts'
import type { TaskEvent } from '../model/event.ts'
import { type SourceId, sourceId } from '../model/identity.ts'
import type { ServerTarget } from '../model/server-target.ts'
import { createEmit } from '../model/stamp.ts'
import { type ControlRouter, createControlRouter } from '../registry/control-router.ts'
import { createRegistry, type Registry } from '../registry/registry.ts'
import { createAppStatus } from './app-status.ts'
import { createCaptures } from './captures.ts'
import type { ExportPipeline } from './export-pipeline.ts'
import { createFrames, type Frames } from './frames.ts'
import { createModules } from './modules.ts'
import { createOpenSources } from './open-sources.ts'
import { createProxies, type Proxies } from './proxies.ts'
import type { Receiving } from './receiving.ts'
import { createServers } from './servers.ts'
import { createTelemetry } from './telemetry.ts'
import type { WorkspaceOptions } from './workspace-options.ts'

export interface Workspace {
  readonly registry: Registry
  readonly router: ControlRouter
  readonly feed: FeedServer
  readonly exporter: ExportPipeline
  readonly receiving: Pick<Receiving, 'configure' | 'settings' | 'status'>
  /** Opens a task module in a host of its own. A module that does not load leaves its row, with why. */
  openModule(path: string, name?: string): Promise<CommandResult<{ readonly source: SourceId }>>
  connectServer(target: ServerTarget): Promise<CommandResult<{ readonly source: SourceId }>>
  /** Opens a recording of MCP traffic, absolute path. */
  openCapture(path: string): Promise<CommandResult<{ readonly source: SourceId }>>
  /** Conversations of other people's clients, seen through proxies; nobody is let in until `watch` is called. */
  readonly proxies: Pick<Proxies, 'watch'>
  /** What was said in each open conversation. */
  readonly frames: Frames
  /** Ends a source and forgets its rows. */
  removeSource(id: string): Promise<CommandResult<undefined>>
  status(): AppStatus
  /** Ends every source, flushes what is to be exported, and stops all timers. */
  close(): Promise<void>
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { clock, timers, epoch } = options
  const registry = createRegistry()
  const sink = (event: TaskEvent) => void registry.apply(event)
  const emitAs = (name: string) => createEmit(sourceId(name), clock, sink)
  const router = createControlRouter({ registry, emit: emitAs('app'), clock, timers })
  const telemetry = createTelemetry({ ...options, registry, emit: emitAs('otlp'), feed: () => feed })
  const { exporter, receiving, exportsItself } = telemetry
  const status = createAppStatus({ registry, telemetry, clock })
  const feed: FeedServer = createFeedServer({ registry, router, status, epoch, timers })

  const sources = createOpenSources(registry, router)
  const modules = createModules({ ...options, sources, sink, receiving })
  const servers = createServers({ ...options, sources, sink, receiving })
  const captures = createCaptures({ sources, sink })
  const proxies = createProxies({ registry, router, clock, timers, sources, sink, exportsItself })
  const frames = createFrames(sources.find)

  return {
    registry,
    router,
    feed,
    exporter,
    receiving,
    proxies,
    frames,
    status,
    openModule: modules.open,
    connectServer: servers.connect,
    openCapture: captures.open,
    async removeSource(id) {
      if (await sources.remove(id as SourceId)) return { ok: true, value: undefined }
      return { ok: false, error: `there is no source ${id}` }
    },
    async close() {
      await proxies.close()
      await receiving.close()
      await sources.close('Taskscope is closing')
      servers.close()
      feed.close()
      router.close()
      await telemetry.close()
    },
  }
}
