/**
 * One life of a host process, from its start to its end, seen from its owner. It knows the link, the deadlines and the
 * signals, and nothing of tasks. Whatever the process does, `loaded` and `ended` resolve.
 */
import type { Breakpoint } from '../../model/breakpoint.ts'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import { briefDuration } from '../../model/duration.ts'
import type { TaskId } from '../../model/identity.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import type { StackFrame } from '../../model/stack.ts'
import { Deferred } from '../deferred.ts'
import type { Bundle } from '../module/bundle-module.ts'
import type { LoadFailure } from '../module/load-failure.ts'
import type { HostLink, LinkConnection, LinkSeat } from './host-link.ts'
import { linkEnvironment } from './host-settings.ts'
import type { FromHost, ToHost } from './link-messages.ts'
import type { HostExit, HostLaunch, HostProcess, Spawner } from './spawner.ts'

export type Loaded =
  | { readonly ok: true; readonly tasks: readonly string[] }
  | { readonly ok: false; readonly failure: LoadFailure }

/** How a host process ended. `asked`: its owner wanted it. */
export interface SessionEnd {
  readonly asked: boolean
  /** In a few words, as shown after "host": "ended with code 3". */
  readonly text: string
  readonly error?: ErrorInfo
  /** The task whose code ended it, when that is known. */
  readonly task?: TaskId
}

export interface HostDeadlines {
  /** From the start of the process until it greets its owner. */
  readonly connectMs: number
  /** For the module's own top level. */
  readonly loadMs: number
  /** From being asked to end until it is killed. */
  readonly closeMs: number
  /** The same when its source is closed for good: a person waits for the window to go. */
  readonly leaveMs: number
}

export const defaultDeadlines: HostDeadlines = { connectMs: 20_000, loadMs: 10_000, closeMs: 7_000, leaveMs: 2_000 }

/** Time for the stack of a module that never finishes loading. */
const stackWithinMs = 1000
/** A process that has lost its link ends by itself within this time, or is killed. */
const linkLostGraceMs = 2000
/** After the process is gone its last messages are still read for at most this long. */
const drainWithinMs = 1000

export interface SessionOptions {
  /** The module's file name, for sentences. */
  readonly moduleName: string
  readonly launch: HostLaunch
  readonly spawner: Spawner
  readonly link: HostLink
  readonly timers: Timers
  readonly deadlines: HostDeadlines
  /** Being made while the process starts. */
  readonly bundle: Promise<Bundle>
  readonly onConnected: (pid: number) => void
  /** Where its tasks are held from their start on; read when the module is loaded. */
  readonly breakpoints: () => readonly Breakpoint[]
  /** Every message that is not about loading or ending. */
  readonly onMessage: (message: FromHost) => void
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: string) => void
}

export interface HostSession {
  readonly loaded: Promise<Loaded>
  readonly ended: Promise<SessionEnd>
  /** Gives `false` when nobody is there to hear it. */
  send(message: ToHost): boolean
  /** Lets tasks unwind; kills the process when it takes too long. */
  close(reason: string): void
  /** Ends the process at once. */
  kill(text: string): void
  /** Ends it at once as if by itself: nobody is taken to have asked for it. */
  crash(text: string): void
}

type Ending = Extract<FromHost, { readonly type: 'ending' }>

export function startSession(options: SessionOptions): HostSession {
  const { moduleName, timers, deadlines } = options
  const loaded = new Deferred<Loaded>()
  const ended = new Deferred<SessionEnd>()
  const stackTaken = new Deferred<readonly StackFrame[]>()
  const pendingTimers = new Set<Dispose>()
  let host: HostProcess | undefined
  let seat: LinkSeat | undefined
  let connection: LinkConnection | undefined
  let ending: Ending | undefined
  let linkError: string | undefined
  let asked = false
  let killedFor: string | undefined
  let lostFor: string | undefined
  let exit: HostExit | undefined
  let linkOpen = false
  let over = false

  const deadline = (delayMs: number, callback: () => void): Dispose => {
    const cancel = timers.after(delayMs, () => {
      pendingTimers.delete(cancel)
      callback()
    })
    pendingTimers.add(cancel)
    return () => {
      pendingTimers.delete(cancel)
      cancel()
    }
  }
  const send = (message: ToHost): boolean => {
    if (connection === undefined || over) return false
    connection.send(message)
    return true
  }
  const kill = (text: string): void => {
    killedFor ??= text
    host?.kill('SIGKILL')
  }
  const finish = async (): Promise<void> => {
    if (over || exit === undefined) return
    over = true
    for (const cancel of pendingTimers) cancel()
    pendingTimers.clear()
    await seat?.release()
    const text = endText(exit, ending, killedFor, lostFor, linkError)
    loaded.resolve({ ok: false, failure: { text: `${moduleName}: its host ${text}`, ...errorOf(ending) } })
    ended.resolve({ asked, text, ...errorOf(ending), ...(ending?.task === undefined ? {} : { task: ending.task }) })
  }
  const exited = async (value: HostExit): Promise<void> => {
    exit = value
    if (linkOpen) {
      deadline(drainWithinMs, () => void finish())
      return
    }
    // A module in a folder that does not exist fails twice; what is wrong with the module is the better reason.
    const bundle = await options.bundle
    if (!bundle.ok) loaded.resolve(bundle)
    await finish()
  }

  const load = async (): Promise<void> => {
    const bundle = await options.bundle
    if (over) return
    if (!bundle.ok) {
      loaded.resolve(bundle)
      return
    }
    send({ type: 'load', url: bundle.url, breakpoints: options.breakpoints() })
    const cancel = deadline(deadlines.loadMs, () => void giveUpLoading())
    void loaded.promise.then(cancel)
  }
  const giveUpLoading = async (): Promise<void> => {
    send({ type: 'takeStack' })
    const enough = deadline(stackWithinMs, () => stackTaken.resolve([]))
    const stack = await stackTaken.promise
    enough()
    loaded.resolve({ ok: false, failure: neverLoads(moduleName, deadlines.loadMs, stack) })
    kill('was ended because its module never finished loading')
  }

  const take = (message: FromHost): void => {
    switch (message.type) {
      case 'loaded':
        loaded.resolve({ ok: true, tasks: message.tasks })
        return
      case 'loadFailed':
        loaded.resolve({ ok: false, failure: message.failure })
        return
      case 'ending':
        ending = message
        return
      case 'stackTaken':
        if (message.control === undefined) {
          stackTaken.resolve(message.stack)
          return
        }
        options.onMessage(message)
        return
      default:
        options.onMessage(message)
        return
    }
  }

  const start = async (): Promise<void> => {
    seat = await options.link.reserve({
      connected(made, pid) {
        connection = made
        linkOpen = true
        notConnected()
        options.onConnected(pid)
        void load()
      },
      message: take,
      closed(error) {
        linkOpen = false
        linkError = error
        // Without its link a host is of no use. Mostly it is ending, and how it ends is worth waiting for.
        deadline(linkLostGraceMs, () => {
          lostFor = lostLink(error)
          host?.kill('SIGKILL')
        })
        void finish()
      },
    })
    if (killedFor !== undefined) {
      void exited({ code: undefined, signal: undefined })
      return
    }
    const notConnected = deadline(deadlines.connectMs, () => kill('never connected to its owner'))
    const launch = options.launch
    host = options.spawner.spawn({
      ...launch,
      env: { ...launch.env, ...linkEnvironment(seat) },
    })
    host.onOutput(options.onOutput)
    host.onExit((value) => void exited(value))
  }
  start().catch((error: unknown) => {
    void exited({ code: undefined, signal: undefined, error: error instanceof Error ? error.message : String(error) })
  })

  return {
    loaded: loaded.promise,
    ended: ended.promise,
    send,
    close(reason) {
      if (asked || over) return
      asked = true
      if (!send({ type: 'close', reason })) return kill(reason)
      deadline(deadlines.closeMs, () => kill(`did not end within ${briefDuration(deadlines.closeMs)} and was killed`))
    },
    kill(text) {
      asked = true
      kill(text)
    },
    crash: kill,
  }
}

function errorOf(ending: Ending | undefined): { readonly error?: ErrorInfo } {
  return ending?.error === undefined ? {} : { error: ending.error }
}

function endText(
  exit: HostExit,
  ending: Ending | undefined,
  killedFor: string | undefined,
  lostFor: string | undefined,
  linkError: string | undefined,
): string {
  if (exit.error !== undefined) return `could not be started: ${exit.error}`
  if (killedFor !== undefined) return killedFor
  if (ending?.how === 'crash' && ending.error !== undefined) {
    return `crashed: uncaught ${ending.error.name}: ${ending.error.message}`
  }
  if (ending?.how === 'exit') return `was ended by its own code: process.exit(${ending.code ?? 0})`
  if (ending?.how === 'closed') return 'ended'
  // It was ended because it had lost its link, unless the system says that it ended otherwise: that came first.
  if (lostFor !== undefined && isOurKill(exit)) return lostFor
  // A process that is killed takes its link along: the signal is the reason, the link only a consequence.
  if (exit.signal !== undefined) return `was ended by ${exit.signal}`
  return linkError === undefined ? `ended with code ${exit.code ?? '?'}` : lostLink(linkError)
}

/** Electron tells of a signal only as a code. */
function isOurKill({ signal, code }: HostExit): boolean {
  return signal === 'SIGKILL' || (signal === undefined && (code === undefined || code === 9 || code === 128 + 9))
}

function lostLink(error: string | undefined): string {
  return error === undefined ? 'lost its link' : `lost its link: ${error}`
}

function neverLoads(moduleName: string, loadMs: number, stack: readonly StackFrame[]): LoadFailure {
  const [top] = stack
  const place = top?.file === undefined ? '' : `, it is still at ${top.file}:${top.line ?? 0}`
  const text = `${moduleName} did not finish loading within ${briefDuration(loadMs)}${place}`
  const lines = stack.map(
    (frame) => `    at ${frame.name} (${frame.file ?? ''}:${frame.line ?? 0}:${frame.column ?? 0})`,
  )
  const error = { name: 'LoadTimeout', message: text, stack: [`LoadTimeout: ${text}`, ...lines].join('\n') }
  return { text, error }
}
