/**
 * One launched server: a process group of its own, so that all of `npx`, its shell and the server can be signalled;
 * stdout as lines, stderr apart. Owns the process and both streams; tells its end exactly once, after its last output.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ServerLaunch } from '../../model/server-target.ts'
import { LineSplitter, type WireLine } from '../wire/line-splitter.ts'
import { type Environment, serverEnvironment } from './server-launch.ts'

/** How a server ended; with `reason` it never started. */
export interface ServerExit {
  readonly code?: number
  readonly signal?: string
  readonly reason?: string
}

export interface ServerListeners {
  line(line: WireLine): void
  stderr(lines: readonly string[]): void
  exit(exit: ServerExit): void
}

export interface ServerProcess {
  readonly pid: number | undefined
  /** Settles with the exit; never rejects. */
  readonly exited: Promise<ServerExit>
  write(text: string): void
  closeInput(): void
  /** Signals the whole group. Does nothing once it has ended. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
}

export interface LaunchOptions {
  readonly launch: ServerLaunch
  readonly environment: Environment
  readonly timers: Timers
  readonly listeners: ServerListeners
}

const ownGroup = process.platform !== 'win32'
const maxStderrLineBytes = 64 * 1024
/** A grandchild may keep the pipes open after the server has ended; its last words are waited for so long. */
const lastWordsMs = 500

export function launchServer(options: LaunchOptions): ServerProcess {
  const { launch, listeners } = options
  const cwdProblem = launch.cwd === undefined ? undefined : whyNoDirectory(launch.cwd)
  if (cwdProblem !== undefined) return neverStarted(cwdProblem, listeners)
  let child: ChildProcess
  try {
    child = spawn(launch.command, [...launch.args], {
      env: serverEnvironment(options.environment, launch.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: ownGroup,
      windowsHide: true,
      ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
    })
  } catch (error) {
    // Node throws at once for what no process can be made of, such as a NUL in an argument.
    return neverStarted(startProblem(launch, error), listeners)
  }
  return attend(child, options)
}

function attend(child: ChildProcess, { launch, timers, listeners }: LaunchOptions): ServerProcess {
  const stdout = new LineSplitter()
  const stderr = new LineSplitter({ maxLineBytes: maxStderrLineBytes })
  let ended = false
  let stopWaiting: Dispose | undefined
  let tellExit: (exit: ServerExit) => void = () => undefined
  const exited = new Promise<ServerExit>((resolve) => {
    tellExit = resolve
  })

  function signal(name: NodeJS.Signals): void {
    if (child.pid === undefined) return
    try {
      if (ownGroup) process.kill(-child.pid, name)
      else child.kill(name)
    } catch (error) {
      if (!isNoSuchProcess(error)) throw error
    }
  }
  function end(exit: ServerExit): void {
    if (ended) return
    ended = true
    stopWaiting?.()
    const lastLine = stdout.end()
    if (lastLine !== undefined) listeners.line(lastLine)
    const lastWords = stderr.end()
    if (lastWords !== undefined) listeners.stderr([lastWords.text])
    // What the server started and left behind ends with it.
    if (exit.reason === undefined && ownGroup) signal('SIGKILL')
    child.stdout?.destroy()
    child.stderr?.destroy()
    listeners.exit(exit)
    tellExit(exit)
  }

  child.stdout?.on('data', (chunk: Buffer) => {
    if (!ended) for (const line of stdout.push(chunk)) listeners.line(line)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    const lines = ended ? [] : stderr.push(chunk)
    if (lines.length > 0) listeners.stderr(lines.map((line) => line.text))
  })
  // A server that has gone breaks the pipe; its exit says all there is to say.
  child.stdin?.on('error', () => undefined)
  child.on('error', (error) => {
    if (child.pid === undefined) end({ reason: startProblem(launch, error) })
  })
  child.on('exit', (code, name) => {
    const exit = { ...(code === null ? {} : { code }), ...(name === null ? {} : { signal: name }) }
    stopWaiting = timers.after(lastWordsMs, () => end(exit))
  })
  child.on('close', (code, name) => {
    end({ ...(code === null ? {} : { code }), ...(name === null ? {} : { signal: name }) })
  })

  return {
    pid: child.pid,
    exited,
    write: (text) => {
      if (!ended && child.stdin?.writable === true) child.stdin.write(text)
    },
    closeInput: () => {
      child.stdin?.end()
    },
    signal: (name) => {
      if (!ended) signal(name)
    },
  }
}

function neverStarted(reason: string, listeners: ServerListeners): ServerProcess {
  const exit = { reason }
  // Told in a later turn, as for a process: whoever launches has its listeners in order by then.
  const exited = Promise.resolve().then(() => {
    listeners.exit(exit)
    return exit
  })
  return { pid: undefined, exited, write: () => undefined, closeInput: () => undefined, signal: () => undefined }
}

function whyNoDirectory(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return `The working directory ${path} does not exist.`
  return found.isDirectory() ? undefined : `The working directory ${path} is not a directory.`
}

function startProblem(launch: ServerLaunch, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `The command ${JSON.stringify(launch.command)} was not found.`
  if (code === 'EACCES') return `The command ${JSON.stringify(launch.command)} may not be executed.`
  const message = error instanceof Error ? error.message : String(error)
  return `The command ${JSON.stringify(launch.command)} could not be started: ${message}`
}

function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')
}

/** "with code 3", "by SIGKILL". */
export function exitText(exit: ServerExit): string {
  if (exit.signal !== undefined) return `by ${exit.signal}`
  return exit.code === undefined ? 'for an unknown reason' : `with code ${exit.code}`
}

/**
 * Asks politely first: end of input, then SIGTERM, then SIGKILL, each after `graceMs`. Resolves when it has ended.
 * @param did hears what is done
 */
export async function stopServer(
  server: ServerProcess,
  timers: Timers,
  graceMs: number,
  did: (kind: 'stdin-end' | 'signal', fields: { readonly sig?: string }) => void,
): Promise<ServerExit> {
  const send = (name: 'SIGTERM' | 'SIGKILL') => {
    did('signal', { sig: name })
    server.signal(name)
  }
  if (server.pid !== undefined) did('stdin-end', {})
  server.closeInput()
  // A frozen process can neither read its end of input nor obey a signal.
  server.signal('SIGCONT')
  let dispose = timers.after(graceMs, () => {
    send('SIGTERM')
    dispose = timers.after(graceMs, () => send('SIGKILL'))
  })
  const exit = await server.exited
  dispose()
  return exit
}
