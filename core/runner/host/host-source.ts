/**
 * A task module as a source. It owns the host process in which the module's tasks run: starts it, relays what it says,
 * tells its tasks an end when it dies, restarts it by policy, and ends it. User code never runs in this process.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Actor, actorText } from '../../model/actor.ts'
import type { Capabilities } from '../../model/capability.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlName, ControlRequest } from '../../model/control.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { TaskEventBody } from '../../model/event.ts'
import { parseNodeKey, type SourceId } from '../../model/identity.ts'
import type { NodeFacts } from '../../model/node.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { EventSink, Source } from '../../model/source.ts'
import { durationText } from '../duration-text.ts'
import { type Bundle, bundleModule } from '../module/bundle-module.ts'
import { watchSources } from '../module/watch-sources.ts'
import { createEventRelay } from './event-relay.ts'
import { type HostLife, startLife } from './host-life.ts'
import type { HostLink } from './host-link.ts'
import { hostNodeId } from './host-node.ts'
import { defaultDeadlines, type HostDeadlines, type Loaded, type SessionEnd } from './host-session.ts'
import { hostArguments } from './host-settings.ts'
import type { Spawner } from './spawner.ts'
import { tasksText } from './stack-text.ts'

/** Absolute paths of the built files that a host is made of. */
export interface HostEntries {
  readonly host: string
  readonly watchdog: string
  /** What `import 'taskscope'` means inside a module. */
  readonly library: string
}

export interface HostOptions {
  readonly source: SourceId
  readonly name: string
  /** Absolute path of the task module. */
  readonly modulePath: string
  readonly entries: HostEntries
  readonly spawner: Spawner
  readonly link: HostLink
  readonly sink: EventSink
  readonly clock: Clock
  readonly timers: Timers
  /** The host's environment; the module's code sees it. */
  readonly env: Readonly<Record<string, string>>
  /** The folder of the module by default. */
  readonly cwd?: string
  readonly deadlines?: HostDeadlines
  /** Crashes within `periodMs` after which a host is started again; one more and it stays down. */
  readonly intensity?: number
  readonly periodMs?: number
}

export interface HostSource extends Source {
  /** How the first opening went. */
  readonly opened: Promise<Loaded>
}

const capabilities: Capabilities = {
  start: true,
  freeze: true,
  thaw: true,
  takeStack: true,
  stop: true,
  restart: true,
  kill: true,
}

/** Verbs of the host node that its process has no say in. */
const ownVerbs: ReadonlySet<ControlName> = new Set(['stop', 'restart', 'kill'])

/** What is true of a process only while it lives. */
const goneFacts: NodeFacts = { pid: null, memoryMb: null, loopBlockedMs: null, waiting: null }

/** Three crashes in a minute are a mistake that another start will not cure. */
const defaultIntensity = 3
const defaultPeriodMs = 60_000

/** Starts the host at once; what becomes of it arrives as events, and `opened` tells about the first time. */
export function openHost(options: HostOptions): HostSource {
  const { source, clock, timers, modulePath } = options
  const deadlines = options.deadlines ?? defaultDeadlines
  const intensity = options.intensity ?? defaultIntensity
  const periodMs = options.periodMs ?? defaultPeriodMs
  const relay = createEventRelay(source, clock, options.sink)
  const folder = mkdtemp(join(tmpdir(), 'taskscope-module-'))
  let life: HostLife | undefined
  let stopWatching: Dispose = () => undefined
  let crashes: readonly number[] = []
  let restarts = 0
  let closed = false
  /** Starts and ends by control follow one another. */
  let queue: Promise<void> = Promise.resolve()

  const change = (body: Omit<Extract<TaskEventBody, { readonly kind: 'node.changed' }>, 'kind' | 'id'>): void =>
    relay.emit({ kind: 'node.changed', id: hostNodeId, ...body })

  const bundle = async (): Promise<Bundle> => {
    const made = await bundleModule({ path: modulePath, library: options.entries.library, folder: await folder })
    stopWatching()
    if (closed) return made
    stopWatching = watchSources(made.inputs, timers, (file) =>
      change({
        facts: { changed: true },
        why: { text: `${basename(file)} has changed`, detail: 'restart to run the new code' },
      }),
    )
    return made
  }

  /** Starts one life; resolves when the module is loaded, or the process gone. */
  const start = async (): Promise<Loaded> => {
    change({ status: 'opening', facts: { changed: null } })
    const born = startLife({
      relay,
      clock,
      timers,
      session: {
        moduleName: basename(modulePath),
        spawner: options.spawner,
        link: options.link,
        timers,
        deadlines,
        bundle: bundle(),
        launch: {
          entry: options.entries.host,
          args: hostArguments({ watchdog: options.entries.watchdog, module: modulePath, source }),
          env: options.env,
          cwd: options.cwd ?? dirname(modulePath),
          name: options.name,
        },
      },
    })
    life = born
    const loaded = await born.loaded
    if (loaded.ok) {
      change({ status: 'open' })
      void born.ended.then((end) => afterEnd(born, end))
      return loaded
    }
    born.close(loaded.failure.text)
    await born.ended
    life = undefined
    change({ status: 'failed', facts: goneFacts, offers: [], why: { text: loaded.failure.text } })
    tell('module-load', loaded.failure.text, loaded.failure.error)
    return loaded
  }

  const tell = (rule: string, text: string, error: ErrorInfo | undefined): void =>
    relay.emit({
      kind: 'finding',
      finding: {
        rule,
        severity: 'error',
        node: hostNodeId,
        text,
        ...(error?.stack === undefined ? {} : { evidence: error.stack }),
      },
    })

  /** The process of a loaded module has ended: by wish, or as a crash that the policy answers. */
  const afterEnd = async (ended: HostLife, end: SessionEnd): Promise<void> => {
    if (life === ended) life = undefined
    if (end.asked || closed) return
    const now = clock.now()
    crashes = [...crashes.filter((at) => now - at < periodMs), now]
    const text = `host ${end.text}`
    tell('host-crash', text, end.error)
    if (crashes.length > intensity) {
      const detail = `not started again: ${crashes.length} crashes in ${durationText(periodMs)}`
      change({ status: 'failed', facts: goneFacts, offers: [], why: { text, detail } })
      return
    }
    restarts += 1
    change({ status: 'failed', facts: { ...goneFacts, restarts }, offers: [], why: { text, detail: 'starting again' } })
    await start()
  }

  const stop = async (reason: string, by: Actor): Promise<string> => {
    const names = life?.taskNames() ?? []
    const ending = life
    ending?.close(reason, by)
    change({ status: 'closing', why: { text: `${reason} by ${actorText(by)}` } })
    await ending?.ended
    change({ status: 'closed', facts: goneFacts, offers: [], why: { text: `${reason} by ${actorText(by)}` } })
    return `ended ${tasksText(names)}`
  }

  const carryOut = async (request: ControlRequest): Promise<void> => {
    const { id: control, by } = request
    switch (request.command.verb) {
      case 'stop':
        if (life === undefined)
          return relay.emit({ kind: 'control.refused', control, reason: 'the host is not running' })
        return relay.emit({ kind: 'control.effective', control, effect: await stop(request.reason ?? 'stopped', by) })
      case 'kill': {
        if (life === undefined)
          return relay.emit({ kind: 'control.refused', control, reason: 'the host is not running' })
        const names = life.taskNames()
        const ending = life
        ending.kill(request.reason ?? 'was killed', by)
        await ending.ended
        change({ status: 'closed', facts: goneFacts, offers: [], why: { text: `killed by ${actorText(by)}` } })
        return relay.emit({ kind: 'control.effective', control, effect: `killed ${tasksText(names)}` })
      }
      case 'restart': {
        const ended = life === undefined ? 'started' : await stop(request.reason ?? 'restarted', by)
        crashes = []
        const loaded = await start()
        if (loaded.ok) return relay.emit({ kind: 'control.effective', control, effect: ended })
        return relay.emit({ kind: 'control.refused', control, reason: loaded.failure.text })
      }
      default:
        return life === undefined
          ? relay.emit({ kind: 'control.refused', control, reason: 'the host is not running' })
          : life.control(request)
    }
  }

  relay.emit({
    kind: 'node.opened',
    id: hostNodeId,
    node: 'host',
    name: options.name,
    status: 'opening',
    facts: { path: modulePath, restarts, intensity, periodMs },
    capabilities,
  })
  const opened = start()

  return {
    id: source,
    opened,
    control(request) {
      const onHost = parseNodeKey(request.target).id === hostNodeId
      const own = onHost && ownVerbs.has(request.command.verb)
      // The watchdog acknowledges what goes to the process; nothing else may be said in its name.
      if (own) {
        relay.emit({ kind: 'control.acknowledged', control: request.id })
        queue = queue.then(() => carryOut(request))
      } else void carryOut(request)
    },
    async close(reason) {
      if (closed) return
      closed = true
      stopWatching()
      const ending = life
      ending?.close(reason)
      await ending?.ended
      await queue
      change({ status: 'closed', facts: goneFacts, offers: [], why: { text: reason } })
      await rm(await folder, { recursive: true, force: true })
    },
  }
}
