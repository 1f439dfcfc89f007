import type { Timers } from '../model/clock.ts'

/** The end of one request, whichever comes first: its time-out, or that whoever asked has given it up. */
export interface RequestDeadline {
  readonly signal: AbortSignal
  readonly timedOut: boolean
  /** Frees the timer and the listener. */
  end(): void
}

export function startDeadline(timers: Timers, timeoutMs: number, outer: AbortSignal | undefined): RequestDeadline {
  const abort = new AbortController()
  let timedOut = false
  const stopTimer = timers.after(timeoutMs, () => {
    timedOut = true
    abort.abort()
  })
  const giveUp = () => abort.abort()
  if (outer?.aborted === true) giveUp()
  outer?.addEventListener('abort', giveUp)
  return {
    signal: abort.signal,
    get timedOut() {
      return timedOut
    },
    end() {
      stopTimer()
      outer?.removeEventListener('abort', giveUp)
    },
  }
}

export function timedOutText(host: string, timeoutMs: number): string {
  return `${host} did not answer within ${Math.round(timeoutMs / 100) / 10} s`
}

export const givenUpText = 'given up: the exporter is closing'
