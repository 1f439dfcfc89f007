/**
 * Stops the main thread of this process from the watchdog worker, in the middle of whatever it does, and says where.
 * The debugger is attached only while it is needed: it makes every `await` of the main thread several times slower.
 */
import { Session } from 'node:inspector'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StackFrame } from '../../model/stack.ts'
import { Deferred } from '../deferred.ts'
import { toStack } from './debugger-stack.ts'

/** An acknowledged pause is now and then lost; it is asked for again after this long. */
const askAgainMs = 250
/** A thread that executes nothing takes no pause; after this long it is given something to execute. */
const idleAfterMs = 30
const evaluated = 'taskscope:idle'

export interface MainThreadDebugger {
  /**
   * Resolves when the thread stands still, with its stack, innermost first; empty when it was idle. `undefined` when
   * it was let go before it stood still.
   */
  pause(): Promise<readonly StackFrame[] | undefined>
  /** Lets it go on and detaches. Does nothing when it is not paused. */
  resume(): void
}

export function createMainThreadDebugger(timers: Timers): MainThreadDebugger {
  let session: Session | undefined
  let standing: Deferred<readonly StackFrame[] | undefined> | undefined
  const retries = new Set<Dispose>()

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

  return {
    pause() {
      if (standing !== undefined) return standing.promise
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
