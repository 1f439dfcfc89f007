/**
 * Stops the main thread of this process from the watchdog worker, in the middle of whatever it does, and says where.
 * The debugger is attached only while it is needed: it makes every `await` of the main thread several times slower.
 */
import { Session } from 'node:inspector'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { StackFrame } from '../../model/stack.ts'

/** An acknowledged pause is now and then lost; it is asked for again after this long. */
const askAgainMs = 250
/** A thread that executes nothing takes no pause; after this long it is given something to execute. */
const idleAfterMs = 30
const evaluated = 'taskscope:idle'

export interface MainThreadDebugger {
  /** Resolves when the thread stands still, with its stack, innermost first; empty when it was idle. */
  pause(): Promise<readonly StackFrame[]>
  /** Lets it go on and detaches. Does nothing when it is not paused. */
  resume(): void
}

interface CallFrame {
  readonly functionName: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number | undefined
  }
}

export function createMainThreadDebugger(timers: Timers): MainThreadDebugger {
  let session: Session | undefined
  let stack: readonly StackFrame[] | undefined
  let pending: Promise<readonly StackFrame[]> | undefined
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

  const attach = async (): Promise<readonly StackFrame[]> => {
    const attached = new Session()
    session = attached
    attached.connectToMainThread()
    // Frames of modules carry no URL of their own; enabling the debugger tells of every script there is.
    const urls = new Map<string, string>()
    attached.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url))
    const paused = new Promise<readonly StackFrame[]>((resolve) => {
      attached.on('Debugger.paused', ({ params }) => {
        stopAsking()
        stack = toStack(params.callFrames, urls)
        resolve(stack)
      })
    })
    const ask = (): void => {
      if (session !== attached) return
      attached.post('Debugger.pause')
      later(askAgainMs, ask)
    }
    attached.post('Debugger.enable')
    ask()
    later(idleAfterMs, () => {
      attached.post('Runtime.evaluate', { expression: `void 0\n//# sourceURL=${evaluated}` })
    })
    return await paused
  }

  return {
    pause() {
      if (stack !== undefined) return Promise.resolve(stack)
      pending ??= attach()
      return pending
    },
    resume() {
      stopAsking()
      // Disconnecting resumes, and drops a pause that was not taken yet.
      session?.disconnect()
      session = undefined
      stack = undefined
      pending = undefined
    },
  }
}

function toStack(frames: readonly CallFrame[], urls: ReadonlyMap<string, string>): readonly StackFrame[] {
  return frames.flatMap((frame) => {
    const url = urls.get(frame.location.scriptId) ?? ''
    if (url === evaluated) return []
    return [
      {
        name: frame.functionName === '' ? '(anonymous)' : frame.functionName,
        ...(url === '' ? {} : { file: url }),
        line: frame.location.lineNumber + 1,
        column: (frame.location.columnNumber ?? 0) + 1,
      },
    ]
  })
}
