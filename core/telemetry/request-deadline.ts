import type { Timers } from '../model/clock.ts'
import type { CollectorAnswer } from './collector-answer.ts'
import { noAnswer } from './collector-answer.ts'
import type { CollectorTarget } from './collector-target.ts'

export interface TimedRequest {
  readonly target: CollectorTarget
  readonly timers: Timers
  /** Milliseconds for the request and its answer. */
  readonly timeoutMs: number
  /** Whoever asked gives it up. */
  readonly outer: AbortSignal | undefined
}

/**
 * Asks a collector until it answers, its time is over or whoever asked gives up; what of it nobody knows is `unsure`. No
 * secret of the target is in the answer. Never rejects.
 */
export async function askInTime(
  { target, timers, timeoutMs, outer }: TimedRequest,
  ask: (signal: AbortSignal) => Promise<CollectorAnswer>,
): Promise<CollectorAnswer> {
  const deadline = startDeadline(timers, timeoutMs, outer)
  try {
    return target.hideSecrets(await ask(deadline.signal))
  } catch (error) {
    if (deadline.timedOut) return { kind: 'later', text: timedOutText(target.host, timeoutMs), unsure: true }
    if (outer?.aborted === true) return { kind: 'later', text: 'given up: the exporter is closing', unsure: true }
    return target.hideSecrets(noAnswer(error, target.host))
  } finally {
    deadline.end()
  }
}

/** The end of one request, whichever comes first: its time-out, or that whoever asked has given it up. */
interface RequestDeadline {
  readonly signal: AbortSignal
  readonly timedOut: boolean
  /** Frees the timer and the listener. */
  end(): void
}

function startDeadline(timers: Timers, timeoutMs: number, outer: AbortSignal | undefined): RequestDeadline {
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

function timedOutText(host: string, timeoutMs: number): string {
  return `${host} did not answer within ${Math.round(timeoutMs / 100) / 10} s`
}
