/** What a supervisor needs to know of a child, whatever the child is: a task, a host process, another supervisor. */

/** `permanent`: always started again; `transient`: unless it ended normally; `temporary`: never. */
export type Restart = 'permanent' | 'transient' | 'temporary'

/** `brutal_kill`: at once; a number: asked, then forced after so many milliseconds; `infinity`: asked, awaited. */
export type Shutdown = 'brutal_kill' | 'infinity' | number

/**
 * How a child ended. `normal` and `shutdown` are no reason to restart a transient child; `terminated` means that a
 * person ended it (OTP's `terminate_child`), which no restart type undoes.
 */
export interface ChildEnd {
  readonly kind: 'normal' | 'shutdown' | 'crash' | 'terminated'
  /** In a few words, as shown. */
  readonly reason: string
}

/** A child that has been started. */
export interface Child {
  /** Resolves once when it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<ChildEnd>
  /** Ends it as `shutdown` says; resolves when it has ended. Never rejects. */
  stop(shutdown: Shutdown, reason: string): Promise<void>
}

export interface ChildSpec {
  /** Unique among its siblings. */
  readonly id: string
  /**
   * Starts it anew; `attempt` counts from 1. Rejects when it cannot start, and soon after `signal` aborts because the
   * supervisor stops meanwhile.
   */
  start(attempt: number, signal: AbortSignal): Promise<Child>
  readonly restart: Restart
  readonly shutdown: Shutdown
}
