/**
 * What is said to a thread, and when. Node drops the call that announces a message which comes while an evaluation is on
 * its way into its pause, and the thread then reads nothing any more: so nothing may be said in between.
 */
import { describe, expect, test } from 'vitest'
import { createThreadDebugger } from '../../../../core/runner/thread/thread-debugger.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

/** A thread that has nothing to do, so it takes no pause until it is given something to execute. */
function createIdleThread() {
  const time = createFakeTime()
  const said: string[] = []
  const stopped: number[] = []
  let quiet: (() => void)[] = []
  let events: (method: string, params: unknown) => void = () => {}
  const inspector = createThreadDebugger({
    sessions: {
      read: () => undefined,
      open(_threadId, hear) {
        events = hear
        return {
          send: (method) => void said.push(method),
          whenQuiet: (callback) => void quiet.push(callback),
          close: () => undefined,
        }
      },
    },
    threadId: 1,
    timers: time,
    ownFolder: 'file:///taskscope/',
    idleMs: () => time.now(),
    stopped: (stack) => void stopped.push(stack.length),
    left: () => undefined,
  })
  return {
    time,
    said,
    stopped,
    inspector,
    pause: () => events('Debugger.paused', { callFrames: [] }),
    goesOn: () => events('Debugger.resumed', {}),
    /** Everything that was said has been answered. */
    answer: () => {
      const callbacks = quiet
      quiet = []
      for (const callback of callbacks) callback()
    },
  }
}

async function wake(thread: ReturnType<typeof createIdleThread>): Promise<void> {
  thread.inspector.stop()
  await thread.time.advance(20)
  expect(thread.said.at(-1)).toBe('Runtime.evaluate')
  thread.said.length = 0
}

describe('while an idle thread is being woken', () => {
  test('nothing is said to it until it stands, however long that takes', async () => {
    const thread = createIdleThread()
    await wake(thread)
    await thread.time.advance(60_000)
    expect(thread.said).toEqual([])
    thread.pause()
    expect(thread.stopped).toEqual([0])
  })

  test('letting it go waits until it stands', async () => {
    const thread = createIdleThread()
    await wake(thread)
    thread.inspector.go()
    expect(thread.said).toEqual([])
    thread.pause()
    expect(thread.said).toEqual(['Debugger.resume'])
    expect(thread.stopped).toEqual([])
    thread.answer()
    expect(thread.said).toEqual(['Debugger.resume', 'Debugger.disable'])
  })

  test('let go and stopped again, it stands at the first pause', async () => {
    const thread = createIdleThread()
    await wake(thread)
    thread.inspector.go()
    thread.inspector.stop()
    expect(thread.said).toEqual([])
    thread.pause()
    expect(thread.stopped).toEqual([0])
  })

  test('it is asked again when it has answered without a pause', async () => {
    const thread = createIdleThread()
    await wake(thread)
    thread.answer()
    expect(thread.said).toEqual(['Debugger.pause'])
  })

  test('its end waits for the answer too', async () => {
    const thread = createIdleThread()
    await wake(thread)
    let mayEnd = false
    thread.inspector.whenQuiet(() => {
      mayEnd = true
    })
    expect(thread.said).toEqual([])
    thread.pause()
    expect(thread.said).toEqual(['Debugger.resume'])
    thread.answer()
    expect(mayEnd).toBe(false)
    thread.answer()
    expect(mayEnd).toBe(true)
  })
})

test('a thread that is being ended is spoken to only while it stands still: anything else may end the process', () => {
  const thread = createIdleThread()
  thread.inspector.letDie()
  expect(thread.said).toEqual([])
  thread.inspector.stop()
  thread.pause()
  thread.said.length = 0
  thread.inspector.letDie()
  thread.inspector.letDie()
  expect(thread.said).toEqual(['Debugger.resume', 'Debugger.resume'])
  thread.goesOn()
  thread.inspector.letDie()
  expect(thread.said).toHaveLength(2)
})
