/** How long a connection waits for what, in milliseconds. */
export interface ConnectionLimits {
  /** For the answer to `initialize`. Long, because `npx` may download the server first. */
  readonly initializeMs: number
  /** For the answer to a probe of the modern wire; a server that is silent for so long speaks the legacy one. */
  readonly probeMs: number
  /** After this long without an answer to `initialize` the row says so. */
  readonly noticeMs: number
  /** For a first JSON-RPC message once something else was printed on stdout. */
  readonly garbageMs: number
  /** Between end of input, SIGTERM and SIGKILL. */
  readonly stopGraceMs: number
  /** Between two polls of a task whose server named no interval. */
  readonly pollMs: number
  /** A cancelled task that showed no sign of life for so long counts as stopped. */
  readonly quietMs: number
  /** A plain call that was cancelled and not answered for so long is no longer waited for. */
  readonly cancelGraceMs: number
  /** A modern call that may still become a task is shown as a call after so long without an answer. */
  readonly showCallMs: number
  /** Before a stream that ended is opened anew. */
  readonly reopenMs: number
  /** Time to live that is asked for a task. */
  readonly ttlMs: number
}

export const defaultLimits: ConnectionLimits = {
  initializeMs: 60_000,
  probeMs: 3_000,
  noticeMs: 5_000,
  garbageMs: 5_000,
  stopGraceMs: 2_000,
  pollMs: 1_000,
  quietMs: 10_000,
  cancelGraceMs: 5_000,
  showCallMs: 500,
  reopenMs: 1_000,
  ttlMs: 3_600_000,
}
