/**
 * One process of one task, as its owner drives it: starts it, passes on what it says, stops and continues it by
 * signals, and ends it for certain. What is for a process that stands still waits here.
 */
import { readFileSync } from 'node:fs'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StackFrame } from '../../model/stack.ts'
import type { HostLink, LinkConnection, LinkSeat } from '../host/host-link.ts'
import { linkEnvironment } from '../host/host-settings.ts'
import type { HostExit, HostProcess, Spawner } from '../host/spawner.ts'
import type { CellEnd, CellStep } from '../isolation/cell.ts'
import { type ProcessPauser, systemPauser } from './process-pauser.ts'
import { processArguments } from './process-settings.ts'

/** Processes are dear: so many of one module at a time, the others wait. */
export const maxCellProcesses = 16
/** From being asked to end until it is killed. */
const killAfterMs = 1000
/** After it is gone its last messages are still read for at most this long. */
const drainWithinMs = 1000
/** A signal takes effect within microseconds; whether it did is looked at so often. */
const lookEveryMs = 1
const mostLooks = 200
/** A process whose code cannot be stopped by the debugger within this, for it is in a call of the system, is stopped whole. */
const debuggerWithinMs = 2000
/** A stopped process is woken for so long at most, for its code to be asked something while it stands still. */
const answerWithinMs = 1000

export interface CellProcessOptions {
  /** Absolute paths of the built entries of the process and of the thread inside it. */
  readonly entry: string
  readonly thread: string
  readonly name: string
  readonly memoryMb: number | undefined
  /** What it imports, and the person's own file. */
  readonly url: string
  readonly path: string
  readonly spawner: Spawner
  readonly link: HostLink
  readonly timers: Timers
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Also gets what the task writes; without it that is only told. */
  readonly output?: (stream: 'stdout' | 'stderr', chunk: string) => void
  /** What the system offers by default. */
  readonly pauser?: ProcessPauser
}

export interface CellProcessListener {
  data(data: string): void
  /** It stands still; where, is known only from the debugger. */
  stopped(stack: readonly StackFrame[] | undefined): void
  /** Called once, after the last data. */
  ended(end: CellEnd): void
}

export interface CellProcess {
  /** What a process that stands still is sent waits here. */
  send(data: string): void
  /** Has a process whose code the debugger has stopped act on a message, without letting its code run. */
  sendStopped(data: string): void
  stop(): void
  go(step: CellStep): void
  end(): void
  kill(): void
}

export function startCellProcess(options: CellProcessOptions, listener: CellProcessListener): CellProcess {
  const { timers, pauser = systemPauser } = options
  const waiting: string[] = []
  const pending = new Set<Dispose>()
  let seat: LinkSeat | undefined
  let connection: LinkConnection | undefined
  let host: HostProcess | undefined
  let wanted: 'running' | 'stopped' = 'running'
  let stops = 0
  let tooLate: Dispose | undefined
  /** Messages under way to code that stands still. */
  const asked = new Set<number>()
  let asks = 0
  let told: CellEnd | undefined
  let exit: HostExit | undefined
  let linkOpen = false
  let ending: string | undefined
  let over = false
  let errors = ''

  const later = (delayMs: number, callback: () => void): Dispose => {
    const cancel = timers.after(delayMs, () => {
      pending.delete(cancel)
      callback()
    })
    pending.add(cancel)
    return () => {
      pending.delete(cancel)
      cancel()
    }
  }
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    if (host?.pid === undefined || exit !== undefined) return
    try {
      process.kill(host.pid, name)
    } catch (error) {
      // It has just ended; that is told by its exit.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  const flush = (): void => {
    if (connection === undefined || wanted === 'stopped') return
    for (const data of waiting.splice(0)) connection.send({ type: 'cellData', data })
  }
  /** Tells that it stands still once the system says so. */
  const look = (looks: number, stack: readonly StackFrame[] | undefined): void => {
    if (wanted !== 'stopped' || over || host?.pid === undefined) return
    if (looks >= mostLooks || isStopped(host.pid)) listener.stopped(stack)
    else later(lookEveryMs, () => look(looks + 1, stack))
  }
  const stopWhole = (stack: readonly StackFrame[] | undefined): void => {
    tooLate?.()
    tooLate = undefined
    signal('SIGSTOP')
    look(0, stack)
  }
  const stoppedByDebugger = (stop: number, stack: readonly StackFrame[]): void => {
    if (wanted !== 'stopped' || stop !== stops) return
    if (pauser === 'signal') stopWhole(stack)
    else listener.stopped(stack)
  }
  const answered = (ask: number): void => {
    if (!asked.delete(ask) || asked.size > 0) return
    tooLate?.()
    tooLate = undefined
    if (wanted === 'stopped') signal('SIGSTOP')
  }
  const kill = (): void => {
    ending ??= 'its process was ended'
    host?.kill('SIGKILL')
  }
  const finish = async (): Promise<void> => {
    if (over || exit === undefined) return
    over = true
    for (const cancel of pending) cancel()
    pending.clear()
    await seat?.release()
    listener.ended(told ?? { text: ending ?? exitText(exit, errors) })
  }
  const exited = (value: HostExit): void => {
    exit = value
    if (linkOpen) later(drainWithinMs, () => void finish())
    else void finish()
  }
  const start = async (): Promise<void> => {
    seat = await options.link.reserve({
      connected(made) {
        connection = made
        linkOpen = true
        flush()
      },
      message(message) {
        if (message.type === 'cellData') listener.data(message.data)
        else if (message.type === 'cellStopped') stoppedByDebugger(message.stop, message.stack)
        else if (message.type === 'cellDone') answered(message.ask)
        else if (message.type === 'cellOver') told = message.end
      },
      closed() {
        linkOpen = false
        connection = undefined
        if (exit === undefined) later(killAfterMs, kill)
        void finish()
      },
    })
    if (ending !== undefined) {
      exited({ code: undefined, signal: undefined })
      return
    }
    const { entry, thread, name, memoryMb, url, path, env, cwd, output } = options
    host = options.spawner.spawn({
      entry,
      args: processArguments({ thread, url, path, name, memoryMb, echo: output !== undefined }),
      env: { ...env, ...linkEnvironment(seat) },
      cwd,
      name: `taskscope ${name}`,
    })
    host.onOutput((stream, chunk) => {
      output?.(stream, chunk)
      if (stream === 'stderr') errors = (errors + chunk).slice(-2000)
    })
    host.onExit(exited)
  }
  start().catch((error: unknown) => {
    exited({ code: undefined, signal: undefined, error: error instanceof Error ? error.message : String(error) })
  })

  return {
    send(data) {
      waiting.push(data)
      flush()
    },
    sendStopped(data) {
      if (wanted !== 'stopped' || connection === undefined) return
      asks += 1
      connection.send({ type: 'cellNow', ask: asks, data })
      if (pauser === 'debugger') return
      // Only what is not the task's code runs now: that is kept by the debugger.
      asked.add(asks)
      signal('SIGCONT')
      tooLate ??= later(answerWithinMs, () => {
        tooLate = undefined
        asked.clear()
        if (wanted === 'stopped') signal('SIGSTOP')
      })
    },
    stop() {
      if (wanted === 'stopped') return
      wanted = 'stopped'
      stops += 1
      connection?.send({ type: 'cellStop', stop: stops })
      if (pauser === 'signal') tooLate = later(debuggerWithinMs, () => stopWhole(undefined))
    },
    go(step) {
      if (wanted === 'running') return
      if (step === 'statement') {
        connection?.send({ type: 'cellGo', step })
        return
      }
      wanted = 'running'
      asked.clear()
      tooLate?.()
      tooLate = undefined
      if (pauser === 'signal') signal('SIGCONT')
      flush()
      connection?.send({ type: 'cellGo', step })
    },
    end() {
      wanted = 'running'
      ending ??= 'its process was ended'
      // A stopped process keeps the wish to end pending until it goes on.
      signal('SIGCONT')
      host?.kill('SIGTERM')
      later(killAfterMs, kill)
    },
    kill,
  }
}

/** Whether the system says that it stands still; where it does not say so, the signal is believed. */
function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return 'Tt'.includes(stat[stat.lastIndexOf(')') + 2] ?? '')
  } catch {
    // It has ended; that is told by its exit.
    return false
  }
}

function exitText({ code, signal, error }: HostExit, errors: string): string {
  if (error !== undefined) return `its process could not be started: ${error}`
  const last = errors.trim().split('\n').at(-1) ?? ''
  const text =
    signal === undefined ? `its process ended with code ${code ?? '?'}` : `its process was ended by ${signal}`
  return last === '' ? text : `${text}: ${last}`
}
