/**
 * The middle with everything around it: one registry, the sources that feed it, the spans made from it and the feed
 * that shows it. It runs in plain Node; Electron's main process and the command line only hand in what differs
 * (how to spawn a host, where the built files lie).
 */

import type { CommandResult } from '../feed/app-commands.ts'
import type { AppStatus } from '../feed/app-status.ts'
import { createFeedServer, type FeedServer } from '../feed/server.ts'
import { connectServer } from '../mcp/client/connection-source.ts'
import { type Authorizer, createAuthorizer } from '../mcp/client/oauth/authorizer.ts'
import type { AuthorizationStore } from '../mcp/client/oauth/stored-authorization.ts'
import type { Clock, Timers } from '../model/clock.ts'
import type { TaskEvent } from '../model/event.ts'
import { nodeId, nodeKey, type SourceId, sourceId } from '../model/identity.ts'
import { isTaskRow } from '../model/row.ts'
import { isAddress, type ServerTarget } from '../model/server-target.ts'
import type { Source } from '../model/source.ts'
import { createEmit } from '../model/stamp.ts'
import { type ControlRouter, createControlRouter } from '../registry/control-router.ts'
import { createRegistry, type Registry } from '../registry/registry.ts'
import { createHostLink } from '../runner/host/host-link.ts'
import { type HostEntries, openHost } from '../runner/host/host-source.ts'
import type { Spawner } from '../runner/host/spawner.ts'
import { connectionAttributes } from '../telemetry/mcp-attributes.ts'
import { createCaptures } from './captures.ts'
import { createCpuShare } from './cpu-share.ts'
import { createExportPipeline, type ExportPipeline } from './export-pipeline.ts'
import { createFrames, type Frames } from './frames.ts'
import { openKeptTasksFile } from './kept-tasks-file.ts'
import { createProxies, type Proxies } from './proxies.ts'
import { createRate } from './rate.ts'
import { createReceiving, type Receiving } from './receiving.ts'
import { freeSourceId } from './source-names.ts'
import { withoutSources } from './without-sources.ts'

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
  const { clock, timers } = options
  const registry = createRegistry()
  const apply = (event: TaskEvent) => void registry.apply(event)
  const router = createControlRouter({ registry, emit: createEmit(sourceId('app'), clock, apply), clock, timers })
  const cpuShare = createCpuShare(() => performance.now(), cpuMs)
  const link = createHostLink({ timers })
  const exporter = createExportPipeline({
    clock,
    timers,
    version: options.version,
    env: options.env,
    queueFolder: options.exportQueueFolder,
    instance: options.epoch,
    whyNotTo: (endpoint) => receiving.whyNotExportTo(endpoint),
    self: () => {
      const { applied, lost, folded } = registry.counters()
      return {
        applied,
        lost,
        folded,
        openSpans: exporter.openSpans(),
        cpuShare: cpuShare(),
        cpuMs: cpuMs(),
        memoryBytes: process.memoryUsage.rss(),
        rowsWaiting: feed.rowsWaiting,
        slowFrames: feed.slowFrames,
      }
    },
    mcpOf: (source) => connectionAttributes(registry.row(nodeKey(source, nodeId('connection')))),
    traceOf: (key) => {
      const row = registry.row(key)
      return row !== undefined && isTaskRow(row) ? row.trace : undefined
    },
    onChange: () => feed.statusChanged(),
  })
  const receiving: Receiving = createReceiving({
    registry,
    clock,
    timers,
    entry: options.receiverEntry,
    instance: options.epoch,
    emit: createEmit(sourceId('otlp'), clock, apply),
    exportsTo: () => exporter.endpoints(),
    onChange: () => feed.statusChanged(),
  })
  /** Sources of other programs that send their own spans and metrics. */
  const exportedElsewhere = new Set<SourceId>()
  const ofOthers = (source: SourceId) => exportedElsewhere.has(source)
  const stopSpans = registry.observe(withoutSources(exporter.observer, ofOthers))
  const stopMetrics = registry.observe(withoutSources(exporter.metrics, ofOthers))
  const sources = new Map<SourceId, { readonly source: Source; readonly forget: () => void }>()
  const modules = new Map<string, SourceId>()
  const rate = createRate()
  const keptTasks =
    options.keptTasksFile === undefined ? undefined : openKeptTasksFile(options.keptTasksFile, options.timers)

  const status = (): AppStatus => {
    const counters = registry.counters()
    return {
      updatesPerSecond: rate.read(counters.applied, clock.now()),
      lost: counters.lost,
      folded: counters.folded,
      forgotten: counters.forgotten,
      openSpans: exporter.openSpans(),
      export: exporter.health(),
      ...(exporter.destinations().length > 1 && { destinations: exporter.destinations() }),
      ...receivingStatus(),
    }
  }
  /** Nothing while there is nothing to tell. */
  function receivingStatus(): Pick<AppStatus, 'receive'> {
    const receive = receiving.status()
    return receive.light === 'off' && receive.received === 0 ? {} : { receive }
  }
  const feed = createFeedServer({ registry, router, status, epoch: options.epoch, timers })

  const add = (source: Source) => sources.set(source.id, { source, forget: router.register(source) })
  const taken = (id: SourceId) =>
    sources.has(id) || id === 'app' || id === 'clock' || id === 'registry' || id === 'otlp'
  const newcomers = {
    sink: apply,
    add,
    freeId: (name: string) => freeSourceId(name, taken),
    find: (id: SourceId) => sources.get(id)?.source,
  }
  const exportsItself = (source: SourceId) => void exportedElsewhere.add(source)
  const proxies = createProxies({ registry, router, clock, timers, exportsItself, ...newcomers })
  const captures = createCaptures(newcomers)
  const frames = createFrames(newcomers.find)

  /** A person who gives the header has seen to it. */
  function authorizerFor(target: ServerTarget): Authorizer | undefined {
    const { authorization } = options
    if (authorization === undefined || !isAddress(target)) return undefined
    if (Object.keys(target.headers).some((name) => name.toLowerCase() === 'authorization')) return undefined
    const { url } = target
    const open = (page: URL) => authorization.open(url, page)
    return createAuthorizer({ serverUrl: url, store: authorization.storeOf(url), timers, open })
  }

  return {
    registry,
    router,
    feed,
    exporter,
    receiving,
    proxies,
    frames,
    status,
    async openModule(path, name) {
      const already = modules.get(path)
      if (already !== undefined) return { ok: true, value: { source: already } }
      const id = freeSourceId(name ?? path, taken)
      const host = openHost({
        source: id,
        name: name ?? id,
        modulePath: path,
        entries: options.entries,
        spawner: options.spawner,
        link,
        env: { ...options.env, ...receiving.environmentFor(options.env) },
        sink: apply,
        clock,
        timers,
      })
      add(host)
      modules.set(path, id)
      const opened = await host.opened
      if (!opened.ok) {
        const { text, error } = opened.failure
        return { ok: false, error: text, ...(error?.stack === undefined ? {} : { detail: error.stack }) }
      }
      return { ok: true, value: { source: id } }
    },
    openCapture: (path) => captures.open(path),
    async connectServer(target) {
      const id = freeSourceId(target.name, taken)
      const clientInfo = { name: 'taskscope', version: options.version }
      const kept = keptTasks?.of(target)
      const connection = connectServer({
        source: id,
        target: isAddress(target)
          ? target
          : { ...target, env: { ...receiving.environmentFor(target.env), ...target.env } },
        sink: apply,
        clock,
        timers,
        clientInfo,
        authorizer: authorizerFor(target),
        ...(kept === undefined ? {} : { kept }),
      })
      add(connection)
      const opened = await connection.opened
      if (!opened.ok)
        return { ok: false, error: opened.error, ...(opened.detail === undefined ? {} : { detail: opened.detail }) }
      return { ok: true, value: { source: id } }
    },
    async removeSource(id) {
      const entry = sources.get(id as SourceId)
      if (entry === undefined) return { ok: false, error: `there is no source ${id}` }
      await entry.source.close('removed')
      entry.forget()
      sources.delete(entry.source.id)
      for (const [path, source] of modules) if (source === entry.source.id) modules.delete(path)
      registry.removeSource(entry.source.id)
      return { ok: true, value: undefined }
    },
    async close() {
      await proxies.close()
      await receiving.close()
      await Promise.allSettled([...sources.values()].map(({ source }) => source.close('Taskscope is closing')))
      keptTasks?.close()
      for (const { forget } of sources.values()) forget()
      sources.clear()
      feed.close()
      router.close()
      stopSpans()
      stopMetrics()
      await exporter.close()
    },
  }
}

/** Processor time of this process so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
