/** Pauses of busy threads are now and then lost by Node; none may be lost to whoever asked. Kills meet every moment. */
import { describe, expect, it } from 'vitest'
import { hostsOfThisFile } from '../host/opened-host.ts'
import { behaviours } from '../isolation/isolation-module.ts'

const open = hostsOfThisFile()
const rounds = Number(process.env.TASKSCOPE_PAUSE_ROUNDS ?? 60)
const kills = Number(process.env.TASKSCOPE_KILL_ROUNDS ?? 12)

describe('a busy thread', () => {
  it(`is stopped and let go ${rounds} times without losing one`, { timeout: 60_000 + rounds * 500 }, async () => {
    const host = await open({ 'm.ts': behaviours('thread') })
    await host.host.opened
    const id = await host.run('statements')
    for (let round = 0; round < rounds; round += 1) {
      expect(await host.settled(host.ask(id, { verb: 'suspend' }))).toHaveProperty('effect')
      expect(await host.settled(host.ask(id, { verb: 'resume' }))).toHaveProperty('effect')
    }
    await host.settled(host.ask(id, { verb: 'kill' }))
    const to = host.of('task.state').flatMap((event) => (event.id === id ? [event.to] : []))
    expect(to.filter((state) => state === 'suspended')).toHaveLength(rounds)
  })

  it(`can be killed at any moment of a pause (${kills} times), and its host lives`, {
    timeout: 60_000 + kills * 2000,
  }, async () => {
    const host = await open({ 'm.ts': behaviours('thread') })
    await host.host.opened
    for (let round = 0; round < kills; round += 1) {
      const id = await host.run('statements')
      const suspend = host.ask(id, { verb: 'suspend' })
      if (round % 3 === 0) await host.settled(suspend)
      if (round % 3 === 1) host.ask(id, { verb: 'resume' })
      expect(await host.settled(host.ask(id, { verb: 'kill' }))).toEqual({ effect: expect.stringMatching(/^killed/) })
      const end = await host.seen('task.state', (event) => event.id === id && event.outcome !== undefined)
      expect(end.outcome).toMatchObject({ status: 'failed', kind: 'killed' })
    }
    expect(host.of('finding')).toEqual([])
  })
})
