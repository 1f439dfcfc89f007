/**
 * Keeps the process of one module alive: starts it, starts it again when it crashes, within a limit, and ends it on
 * request. Every change of the host's node is told here, so its status never contradicts what happened.
 */
import { basename, dirname } from 'node:path'
import { type Actor, actorText } from '../../model/actor.ts'
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { Dispose } from '../../model/dispose.ts'
import { briefDuration } from '../../model/duration.ts'
import type { TaskEventBody } from '../../model/event.ts'
import type { NodeFacts } from '../../model/node.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { Child } from '../../supervisor/child-spec.ts'
import { createOneForOne, type Supervisor, type SupervisorReport } from '../../supervisor/supervisor.ts'
import { type Bundle, bundleModule } from '../module/bundle-module.ts'
import { watchSources } from '../module/watch-sources.ts'
import { systemPauser } from '../process/process-pauser.ts'
import type { EventRelay } from './event-relay.ts'
import { type HostLife, startLife } from './host-life.ts'
import { hostNodeId } from './host-node.ts'
import { defaultHostIntensity, defaultHostPeriodMs, type HostOptions } from './host-options.ts'
import { defaultDeadlines, type Loaded } from './host-session.ts'
import { hostArguments } from './host-settings.ts'
import { tasksText } from './stack-text.ts'

/** What is true of a process only while it lives. */
const goneFacts: NodeFacts = { pid: null, memoryMb: null, loopBlockedMs: null, waiting: null }

export interface SupervisedHost {
  /** The process that runs now. */
  life(): HostLife | undefined
  /** Starts the host anew on the present sources; resolves when the module is loaded or cannot be. */
  start(): Promise<Loaded>
  /** Lets its tasks unwind and ends it for good. Gives what it cost, in words. */
  stop(reason: string, by?: Actor): Promise<string>
  /** Ends it at once and for good. Gives what it cost, in words. */
  kill(by: Actor): Promise<string>
  /** Ends it at once as a crash would, so that it is started again within its limit. Gives what it cost, in words. */
  crash(by: Actor): Promise<string>
  /** Stops looking at the sources. */
  readonly stopWatching: Dispose
}

/** The child could not be started; for the supervisor, which knows nothing of modules. */
class ModuleNotLoaded extends Error {
  override readonly name = 'ModuleNotLoaded'
}

export function createSupervisedHost(
  options: HostOptions,
  relay: EventRelay,
  bundleFolder: Promise<string>,
  breakpoints: () => readonly Breakpoint[],
): SupervisedHost {
  const { clock, timers, modulePath } = options
  const pauser = options.pauser ?? systemPauser
  const intensity = options.intensity ?? defaultHostIntensity
  const periodMs = options.periodMs ?? defaultHostPeriodMs
  let life: HostLife | undefined
  let supervisor: Supervisor | undefined
  let loaded: Loaded = { ok: false, failure: { text: 'it was ended before it had loaded' } }
  let restarts = 0
  let crash: string | undefined
  let endWatch: Dispose = () => undefined

  const change = (body: Omit<Extract<TaskEventBody, { readonly kind: 'node.changed' }>, 'kind' | 'id'>): void =>
    relay.emit({ kind: 'node.changed', id: hostNodeId, ...body })
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

  const bundle = async (): Promise<Bundle> => {
    const library = options.entries.library
    const made = await bundleModule({ path: modulePath, library, folder: await bundleFolder })
    endWatch()
    endWatch = watchSources(made.inputs, timers, (file) =>
      change({
        facts: { changed: true },
        why: { text: `${basename(file)} has changed`, detail: 'restart to run the new code' },
      }),
    )
    return made
  }

  const startChild = async (_attempt: number, stopped: AbortSignal): Promise<Child> => {
    change({ status: 'opening', facts: { changed: null } })
    const born = startLife({
      relay,
      clock,
      timers,
      cells: { entry: options.entries.process, thread: options.entries.thread, path: modulePath, pauser },
      session: {
        moduleName: basename(modulePath),
        spawner: options.spawner,
        link: options.link,
        timers,
        deadlines: { ...defaultDeadlines, ...options.deadlines },
        bundle: bundle(),
        breakpoints,
        launch: {
          entry: options.entries.host,
          args: hostArguments({
            watchdog: options.entries.watchdog,
            thread: options.entries.thread,
            process: options.entries.process,
            module: modulePath,
            source: options.source,
            pauser,
          }),
          env: options.env,
          cwd: options.cwd ?? dirname(modulePath),
          name: options.name,
        },
      },
    })
    life = born
    loaded = await born.loaded
    if (!loaded.ok) {
      const { text, error } = loaded.failure
      born.close(text)
      await born.ended
      life = undefined
      if (!stopped.aborted) {
        change({ status: 'failed', facts: goneFacts, offers: [], why: { text } })
        tell('module-load', text, error)
      }
      throw new ModuleNotLoaded(text)
    }
    change({ status: 'open' })
    return {
      ended: born.ended.then((end) => {
        if (life === born) life = undefined
        if (end.asked) return { kind: 'terminated', reason: end.text }
        crash = `host ${end.text}`
        tell('host-crash', crash, end.error)
        return { kind: 'crash', reason: end.text }
      }),
      async stop(_shutdown, reason) {
        born.close(reason)
        await born.ended
      },
    }
  }

  const report = (told: SupervisorReport): void => {
    const text = crash ?? 'host crashed'
    switch (told.kind) {
      case 'restarting': {
        restarts += 1
        const left = `${told.left} ${told.left === 1 ? 'restart' : 'restarts'} left in ${briefDuration(periodMs)}`
        const why = { text, detail: `starting again, ${left}` }
        change({ status: 'failed', facts: { ...goneFacts, restarts, left: told.left }, offers: [], why })
        return
      }
      case 'gaveUp': {
        const detail = `not started again: more than ${intensity} in ${briefDuration(periodMs)}`
        change({ status: 'failed', facts: goneFacts, offers: [], why: { text, detail } })
        return
      }
      case 'started':
      case 'startFailed':
      case 'ended':
        return
    }
  }

  return {
    life: () => life,
    async start() {
      supervisor = createOneForOne({
        clock,
        intensity,
        periodMs,
        report,
        // The session has its own deadline after which it kills; the supervisor only waits for it.
        children: [{ id: 'host', start: startChild, restart: 'permanent', shutdown: 'infinity' }],
      })
      // That the module cannot be loaded has been told, and is in `loaded`.
      await supervisor.start().catch(() => undefined)
      return loaded
    },
    async stop(reason, by) {
      const names = life?.taskNames() ?? []
      const why = { text: by === undefined ? reason : `${reason} by ${actorText(by)}` }
      change({ status: 'closing', why })
      life?.close(reason, by)
      await supervisor?.stop(reason)
      change({ status: 'closed', facts: goneFacts, offers: [], why })
      return `ended ${tasksText(names)}`
    },
    async crash(by) {
      const names = life?.taskNames() ?? []
      const dying = life
      dying?.crash(by)
      await dying?.ended
      return `ended ${tasksText(names)}`
    },
    async kill(by) {
      const names = life?.taskNames() ?? []
      life?.kill('was killed', by)
      await supervisor?.stop('killed')
      change({ status: 'closed', facts: goneFacts, offers: [], why: { text: `killed by ${actorText(by)}` } })
      return `killed ${tasksText(names)}`
    },
    stopWatching: () => endWatch(),
  }
}
