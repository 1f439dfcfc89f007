/**
 * Stops the main thread of this process from the watchdog worker, in the middle of whatever it does, and says where; or
 * has it run something of ours in the middle of the module's code. The debugger is attached only while it is needed: it makes every `await` of the main thread several times slower.
 */
import { Session } from 'node:inspector'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StackFrame } from '../../model/stack.ts'
import { Deferred } from '../deferred.ts'
import { escapedPattern, isTheirCode, toStack } from './debugger-stack.ts'

/** An acknowledged pause is now and then lost; it is asked for again after this long. */
const askAgainMs = 250
/** A thread that executes nothing takes no pause; after this long it is given something to execute. */
const idleAfterMs = 30
/** Our own code, and the runtime's, is left soon. */
const leftOwnAfterMs = 2
const evaluated = 'taskscope:idle'

export interface MainThreadDebugger {
  /**
   * Resolves when the thread stands still, with its stack, innermost first; empty when it was idle. `undefined` when
   * it was let go before it stood still.
   */
  pause(): Promise<readonly StackFrame[] | undefined>
  /** Lets it go on and detaches. Does nothing when it is not paused. */
  resume(): void
  /**
   * Runs an expression in the thread while it is busy with the module's code, never in the middle of our own or of the runtime's. Gives
   * `false` when it was not run, or nobody knows: the thread is not busy any more, or it is being paused.
   */
  evaluate(expression: string, isBusy: () => boolean): Promise<boolean>
}

/** @param ownFolder URL of the folder of the host's own code. */
export function createMainThreadDebugger(timers: Timers, ownFolder: string): MainThreadDebugger {
  let session: Session | undefined
  let standing: Deferred<readonly StackFrame[] | undefined> | undefined
  const retries = new Set<Dispose>()
  /** Gives up what is being evaluated. */
  let interrupt: (() => void) | undefined

  const stopAsking = (): void => {
    for (const cancel of retries) cancel()
    retries.clear()
  }
  const later = (delayMs: number, callback: () => void): void => {
    const cancel = timers.after(delayMs, () => {
      retries.delete(cancel)
      callback()
    })
    retries.add(cancel)
  }

  const attach = (stands: (stack: readonly StackFrame[]) => void): Session => {
    const attached = new Session()
    attached.connectToMainThread()
    // Frames of modules carry no URL of their own; enabling the debugger tells of every script there is.
    const urls = new Map<string, string>()
    attached.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url))
    attached.on('Debugger.paused', ({ params }) => {
      stopAsking()
      stands(toStack(params.callFrames, urls, evaluated))
    })
    const ask = (): void => {
      attached.post('Debugger.pause')
      later(askAgainMs, ask)
    }
    attached.post('Debugger.enable')
    ask()
    later(idleAfterMs, () => {
      attached.post('Runtime.evaluate', { expression: `void 0\n//# sourceURL=${evaluated}` })
    })
    return attached
  }

  const evaluate = (expression: string, isBusy: () => boolean, done: (run: boolean) => void): void => {
    const visitor = new Session()
    const urls = new Map<string, string>()
    let retry: Dispose | undefined
    const finish = (run: boolean): void => {
      if (interrupt !== giveUp) return
      interrupt = undefined
      retry?.()
      // Disconnecting resumes, and drops a pause that was not taken yet.
      visitor.disconnect()
      done(run)
    }
    const giveUp = (): void => finish(false)
    interrupt = giveUp
    const ask = (delayMs: number): void => {
      retry?.()
      retry = timers.after(delayMs, () => {
        if (!isBusy()) return finish(false)
        visitor.post('Debugger.pause')
        ask(askAgainMs)
      })
    }
    visitor.connectToMainThread()
    visitor.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url))
    visitor.on('Debugger.paused', ({ params }) => {
      if (interrupt !== giveUp) return
      if (!isTheirCode(toStack(params.callFrames, urls, evaluated), ownFolder)) {
        visitor.post('Debugger.resume')
        ask(leftOwnAfterMs)
        return
      }
      retry?.()
      visitor.post('Runtime.evaluate', { expression, silent: true }, (error) => finish(error === null))
    })
    visitor.post('Debugger.enable')
    visitor.post('Debugger.setBlackboxPatterns', { patterns: ['^node:', `^${escapedPattern(ownFolder)}`] })
    visitor.post('Debugger.pause')
    ask(askAgainMs)
  }

  return {
    evaluate(expression, isBusy) {
      if (standing !== undefined || interrupt !== undefined) return Promise.resolve(false)
      return new Promise((resolve) => evaluate(expression, isBusy, resolve))
    },
    pause() {
      if (standing !== undefined) return standing.promise
      interrupt?.()
      const deferred = new Deferred<readonly StackFrame[] | undefined>()
      standing = deferred
      session = attach(deferred.resolve)
      return deferred.promise
    },
    resume() {
      stopAsking()
      // Disconnecting resumes, and drops a pause that was not taken yet.
      session?.disconnect()
      session = undefined
      standing?.resolve(undefined)
      standing = undefined
    },
  }
}
