import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/modules/${name}`, import.meta.url))
}

describe('a task module', patientTest, () => {
  it.each(['hello.ts', 'hello.mts', 'hello.cts', 'hello.js', 'hello.mjs', 'hello.cjs'])('may be %s', async (name) => {
    const host = await open({}, { modulePath: fixture(name) })
    expect(await host.host.opened).toEqual({ ok: true, tasks: ['hello'] })
    const id = await host.run('hello', { who: 'world' })
    const end = await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
    expect(end.outcome).toMatchObject({ value: { text: '"hello world"' } })
  })

  it('shares its library with the host, so what it asks the library for is true of the host', async () => {
    const host = await open({
      'm.ts': `import { TaskCancelled, defineTask } from 'taskscope'
        export const t = defineTask({ name: 't', run: async (ctx) => {
          try { await ctx.sleep(600_000) } catch (error) { console.log(error instanceof TaskCancelled); throw error }
        } })`,
    })
    await host.host.opened
    const id = await host.run('t')
    await host.settled(host.ask(id, { verb: 'cancel' }))
    await host.seen('task.log', (event) => event.lines[0]?.text === 'true')
  })
})
