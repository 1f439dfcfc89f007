/**
 * The port through which hosts become processes. It stays this small on purpose: everything else a host and its owner
 * say to each other goes over the link, so Node's and Electron's ways to start a process behave alike.
 */
import type { Dispose } from '../../model/dispose.ts'

export interface HostLaunch {
  /** Absolute path of the built host entry. */
  readonly entry: string
  readonly args: readonly string[]
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute path of the working directory. */
  readonly cwd: string
  /** For process lists; it promises nothing. */
  readonly name: string
}

/** How a process ended. Electron knows no signal; then `code` is all there is. */
export interface HostExit {
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Set when the process could not be started at all. */
  readonly error?: string
}

export interface HostProcess {
  /** `undefined` until it has started, and for ever when it cannot. */
  readonly pid: number | undefined
  /** Raw output that did not go through the link: what the runtime itself writes when it dies. */
  onOutput(listener: (stream: 'stdout' | 'stderr', chunk: string) => void): Dispose
  /** Called once; at once when the process has ended already. */
  onExit(listener: (exit: HostExit) => void): Dispose
  /** Without a signal: ends it for certain. */
  kill(signal?: 'SIGTERM' | 'SIGKILL'): void
}

export interface Spawner {
  /** Returns at once; a process that cannot be started tells so through `onExit`. */
  spawn(launch: HostLaunch): HostProcess
}
