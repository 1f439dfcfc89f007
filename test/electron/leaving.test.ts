import { describe, expect, it } from 'vitest'
import { createLeaving } from '../../electron/leaving.ts'

function leavingWith(count: number) {
  const answers: ((agreed: boolean) => void)[] = []
  let quits = 0
  const leaving = createLeaving({
    tasks: () => ({ count, places: ['demo'] }),
    ask: () => new Promise((resolve) => answers.push(resolve)),
    quit: () => {
      quits += 1
      leaving.onQuit()
    },
  })
  /** Whether the window was kept from closing. */
  function close(): boolean {
    let kept = false
    leaving.onClose({ preventDefault: () => (kept = true) })
    return kept
  }
  async function answer(agreed: boolean): Promise<void> {
    answers.at(-1)?.(agreed)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { leaving, close, answer, asked: () => answers.length, quits: () => quits }
}

describe('leaving', () => {
  it('asks nothing while nothing is live', () => {
    const { leaving, close, asked, quits } = leavingWith(0)
    expect(close()).toBe(false)
    leaving.leave()
    expect(asked()).toBe(0)
    expect(quits()).toBe(1)
  })

  it('keeps the window and asks once while tasks are live; Cancel leaves everything as it is', async () => {
    const { leaving, close, answer, asked, quits } = leavingWith(7)
    expect(close()).toBe(true)
    leaving.leave()
    expect(close()).toBe(true)
    expect(asked()).toBe(1)
    await answer(false)
    expect(quits()).toBe(0)
    leaving.leave()
    expect(asked()).toBe(2)
  })

  it('quits when the person agrees, and then lets the window close', async () => {
    const { leaving, close, answer, quits } = leavingWith(7)
    leaving.leave()
    await answer(true)
    expect(quits()).toBe(1)
    expect(close()).toBe(false)
  })

  it('asks nobody when something else ends the application, also while the question stands', async () => {
    const { leaving, close, answer, asked, quits } = leavingWith(7)
    leaving.leave()
    leaving.onQuit()
    expect(close()).toBe(false)
    await answer(true)
    expect(asked()).toBe(1)
    expect(quits()).toBe(0)
  })
})
