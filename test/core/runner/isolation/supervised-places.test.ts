/** Supervised tasks in places of their own: the same rules, for ends that only such a task can have. */
import { expect, it, vi } from 'vitest'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile } from '../host/opened-host.ts'

const open = hostsOfThisFile()

it.each(['thread', 'process'] as const)(
  'a child in a %s is started again when its place ends by itself, and not when a person kills it',
  patientTest,
  async (isolation) => {
    const host = await open({
      'm.ts': `
import { defineSupervisor, defineTask } from 'taskscope'
export const worker = defineTask({
  name: 'worker',
  isolation: '${isolation}',
  run: async (ctx) => {
    const answer = await ctx.requestInput({ message: 'quit?' })
    if (answer.action === 'accept') process.exit(3)
  },
})
export const keeper = defineSupervisor({
  name: 'keeper',
  strategy: 'one_for_one',
  children: [{ id: 'worker', task: worker, restart: 'permanent' }],
})
`,
    })
    expect(await host.host.opened).toMatchObject({ ok: true })
    const asked = await host.seen('task.asked')
    const quit = {
      verb: 'answer',
      requestId: asked.question.requestId,
      answer: { action: 'accept', content: {} },
    } as const
    host.ask(asked.id, quit)
    const again = await host.seen('task.asked', ({ id }) => id !== asked.id)
    expect(again.id).toBe(`${asked.id}#2`)
    expect(await host.settled(host.ask(again.id, { verb: 'kill' }))).toHaveProperty('effect')
    // A retry by hand finds nothing that runs, so nobody has started it again.
    const retried = await host.settled(host.ask(again.id, { verb: 'retry' }))
    expect(retried).toEqual({ effect: `as ${asked.id}#3` })
    await vi.waitFor(() => expect(host.of('supervisor.report').map(({ report }) => report.report)).toHaveLength(5), {
      timeout: 20_000,
    })
    expect(host.of('supervisor.report').map(({ report }) => report.report)).toEqual([
      'progress',
      'child_terminated',
      'restarting',
      'progress',
      'progress',
    ])
  },
)
