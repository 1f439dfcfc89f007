import { describe, expect, test } from 'vitest'
import { createMainVisits } from '../../../../core/runner/host/main-visits.ts'
import { createSharedState } from '../../../../core/runner/host/shared-state.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

/** @param turns whether the event loop of the main thread turns. */
function createMain(turns: boolean) {
  const time = createFakeTime()
  const shared = createSharedState()
  const main = { turns, visits: 0, visited: true, time, shared, asked: 0 }
  const visits = createMainVisits({
    timers: time,
    shared,
    askTurn(question) {
      main.asked = question
      if (main.turns) shared.setTurned(question)
    },
    async visit() {
      main.visits += 1
      return main.visited
    },
  })
  return Object.assign(main, { posted: visits.posted, close: visits.close })
}

describe('a main thread that was posted something for a task in a place of its own', () => {
  test('is not visited while its event loop turns', async () => {
    const main = createMain(true)
    main.shared.setPlaceControls(1)
    main.posted()
    await main.time.advance(10_000)
    expect(main.visits).toBe(0)
  })

  test('is visited once when its loop stands still and nothing stays open', async () => {
    const main = createMain(false)
    main.posted()
    await main.time.advance(10_000)
    expect(main.visits).toBe(1)
  })

  test('is visited again and again, ever more seldom, until nothing is open', async () => {
    const main = createMain(false)
    main.shared.setPlaceControls(1)
    main.posted()
    await main.time.advance(10_000)
    expect(main.visits).toBeGreaterThan(30)
    expect(main.visits).toBeLessThan(60)
    main.shared.setPlaceControls(0)
    await main.time.advance(1000)
    const { visits } = main
    await main.time.advance(10_000)
    expect(main.visits).toBe(visits)
  })

  test('is visited again when it could not be', async () => {
    const main = createMain(false)
    main.visited = false
    main.posted()
    await main.time.advance(1000)
    expect(main.visits).toBeGreaterThan(1)
    main.visited = true
    await main.time.advance(1000)
    const { visits } = main
    await main.time.advance(10_000)
    expect(main.visits).toBe(visits)
  })

  test('is left alone once its loop turns again, and watched for as long as something is open', async () => {
    const main = createMain(false)
    main.shared.setPlaceControls(1)
    main.posted()
    await main.time.advance(1000)
    main.turns = true
    main.shared.setTurned(main.asked)
    const { visits } = main
    await main.time.advance(1000)
    expect(main.visits).toBe(visits)
    main.turns = false
    await main.time.advance(1000)
    expect(main.visits).toBeGreaterThan(visits)
  })

  test('is left alone when its watchdog ends', async () => {
    const main = createMain(false)
    main.shared.setPlaceControls(1)
    main.posted()
    main.close()
    await main.time.advance(10_000)
    expect(main.visits).toBe(0)
  })
})
