/**
 * Stops one worker thread in the middle of whatever it does, says where, and steps it by statements. The debugger is
 * enabled only while the thread is wanted still, and a moment longer: it makes every `await` several times slower.
 */
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StackFrame } from '../../model/stack.ts'
import { escapedPattern, isOwnCode, nameless, toStack } from '../host/debugger-stack.ts'
import type { WorkerChannel, WorkerSessions } from './worker-sessions.ts'

/** A thread that executes nothing takes no pause; after this long it is given something to execute. */
const idleAfterMs = 20
/** An acknowledged pause of a busy thread is now and then lost; it is asked for again after this long. */
const askAgainMs = 100
/** Who has stopped a thread mostly stops it again soon, and enabling costs more than that. */
const lingerMs = 500
/** For a thread that answers nothing, because it is in a call that cannot be interrupted. */
const quietWithinMs = 200
const evaluated = 'taskscope:idle'

export interface ThreadDebuggerOptions {
  readonly sessions: WorkerSessions
  readonly threadId: number
  readonly timers: Timers
  /** URL of the folder of our own code: statements there are nobody's to step through. */
  readonly ownFolder: string
  /** How much of its life the thread has been idle so far, milliseconds. */
  readonly idleMs: () => number
  /** It stands still; innermost frame first, none when it was idle. */
  readonly stopped: (stack: readonly StackFrame[]) => void
  /** None of its code runs any more, though it may not have ended yet. */
  readonly left: () => void
}

export interface ThreadDebugger {
  stop(): void
  go(step?: 'run' | 'statement'): void
  /** Runs an expression at once in the thread that stands still; `false` when it does not. `done`: it has been run. */
  evaluate(expression: string, done?: () => void): boolean
  /** Calls back when the thread may be ended: Node aborts when a termination meets certain questions of ours. */
  whenQuiet(callback: () => void): void
  /**
   * The thread is being ended: one that stands still could not even hear that. To be said again until it is gone, for
   * a resume that meets a termination is now and then lost.
   */
  letDie(): void
  /** The thread is gone. */
  gone(): void
}

export function createThreadDebugger(options: ThreadDebuggerOptions): ThreadDebugger {
  const { sessions, threadId, timers, ownFolder, idleMs } = options
  /** `asked`: to stand still. `stepping`: to stand still at the next statement. */
  let state: 'running' | 'asked' | 'stepping' | 'standing' = 'running'
  let enabled = false
  let urls = new Map<string, string>()
  let retry: Dispose | undefined
  /** The thread may stand inside of what woke it. */
  let evaluating = false
  /** By its own words, whatever is wanted of it. */
  let isPaused = false

  const later = (delayMs: number, callback: () => void): void => {
    retry?.()
    retry = timers.after(delayMs, callback)
  }
  const enable = (): void => {
    if (enabled) return
    enabled = true
    channel.send('Debugger.enable')
    channel.send('Debugger.setBlackboxPatterns', { patterns: ['^node:', `^${escapedPattern(ownFolder)}`] })
  }
  const disable = (): void => {
    retry?.()
    retry = undefined
    if (!enabled) return
    enabled = false
    evaluating = false
    channel.send('Debugger.disable')
    urls = new Map()
  }
  const ask = (): void => {
    const idleBefore = idleMs()
    channel.send('Debugger.pause')
    later(idleAfterMs, () => {
      // Only a thread that has been idle meanwhile: a termination that meets an evaluation makes Node abort.
      if (idleMs() > idleBefore) wake()
      else later(askAgainMs, ask)
    })
  }
  /**
   * Nothing may be said to the thread until it stands or has answered: Node drops the call that announces what comes
   * while an evaluation is on its way into its pause, and then neither that nor anything after it is ever read.
   */
  const wake = (): void => {
    evaluating = true
    channel.send('Runtime.evaluate', { expression: `void 0\n//# sourceURL=${evaluated}` })
    channel.whenQuiet(() => {
      if (!evaluating) return
      evaluating = false
      if (state === 'asked') ask()
      else if (state === 'running') disable()
    })
  }
  const wakes = (): boolean => evaluating && state !== 'standing' && state !== 'stepping'
  /** A thread that has run out of statements is stopped at the first that it runs again. */
  const awaitStatement = (idleBefore: number): void =>
    later(idleAfterMs, () => {
      const idle = idleMs()
      if (idle > idleBefore) channel.send('Debugger.pause')
      awaitStatement(idle)
    })
  const take = (method: string, params: unknown): void => {
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url } = params as { readonly scriptId: string; readonly url: string }
      urls.set(scriptId, url)
    } else if (method === 'Debugger.resumed') isPaused = false
    else if (method === 'Debugger.paused') {
      isPaused = true
      paused(params as PausedParams)
    }
  }
  const paused = ({ callFrames }: PausedParams): void => {
    // Code of the runtime that has neither a file nor a name tells a person nothing.
    const stack = toStack(callFrames, urls, evaluated).filter(
      ({ file, name }) => file !== undefined || name !== nameless,
    )
    if (state === 'standing') return
    if (state !== 'running' && isOwnCode(stack, ownFolder)) {
      // In the middle of our own code nothing could be asked of it: it is stopped a moment later.
      channel.send('Debugger.resume')
      if (state === 'asked') ask()
      else channel.send('Debugger.pause')
      return
    }
    if (state === 'running' || (state === 'stepping' && stack.length === 0)) {
      // Let go meanwhile; or the step has only left what woke the thread.
      channel.send('Debugger.resume')
      return
    }
    retry?.()
    retry = undefined
    state = 'standing'
    options.stopped(stack)
  }

  // Attached from the start, so that the first stop does not wait for it; nothing is asked yet.
  const channel: WorkerChannel = sessions.open(threadId, take, options.left)

  return {
    stop() {
      if (state !== 'running') return
      const onItsWay = wakes()
      state = 'asked'
      if (onItsWay) return
      enable()
      ask()
    },
    go(step = 'run') {
      if (state === 'running') return
      if (wakes()) {
        // It is let go as soon as it stands.
        state = 'running'
        return
      }
      const stood = state === 'standing'
      if (step === 'statement' && stood) {
        state = 'stepping'
        channel.send('Debugger.stepOver')
        awaitStatement(idleMs())
        return
      }
      state = 'running'
      channel.send('Debugger.resume')
      // Refused by a thread that does not stand yet; disabling drops the pause that it was to take.
      if (!stood) disable()
      else {
        evaluating = false
        later(lingerMs, disable)
      }
    },
    evaluate(expression, done) {
      if (state !== 'standing') return false
      channel.send('Runtime.evaluate', { expression, silent: true })
      if (done !== undefined) channel.whenQuiet(done)
      return true
    },
    whenQuiet(callback) {
      retry?.()
      retry = undefined
      if (wakes()) state = 'running'
      else if (state !== 'standing' || evaluating) {
        state = 'running'
        if (enabled) channel.send('Debugger.resume')
        disable()
      }
      let called = false
      const once = (): void => {
        enough()
        if (!called) callback()
        called = true
      }
      const enough = timers.after(quietWithinMs, once)
      // Twice, because the answer to an evaluation is followed by one more question.
      channel.whenQuiet(() => channel.whenQuiet(once))
    },
    letDie() {
      state = 'running'
      retry?.()
      retry = undefined
      // Node aborts when a message meets a thread in its last moments; one that stands still is not there yet.
      if (isPaused) channel.send('Debugger.resume')
    },
    gone() {
      retry?.()
      retry = undefined
      channel.close()
    },
  }
}

interface PausedParams {
  readonly callFrames: Parameters<typeof toStack>[0]
}
