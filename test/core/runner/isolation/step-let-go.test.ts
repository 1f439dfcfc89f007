import { writeFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile } from '../host/opened-host.ts'
import { scriptedModule } from '../model/place-module.ts'
import { openScriptLines } from '../model/script-lines.ts'
import { behaviours } from './isolation-module.ts'

const open = hostsOfThisFile()

it.each(['thread', 'process'] as const)(
  'a step in a %s that is let go before it arrives holds its task at no checkpoint any more',
  patientTest,
  async (isolation) => {
    const host = await open({ 'm.ts': scriptedModule(isolation) })
    await host.host.opened
    const lines = await openScriptLines()
    try {
      const id = await host.run('scripted', { port: lines.port, key: 'a', stubborn: false })
      const says = (words: number) => vi.waitFor(() => expect(lines.peer('a')?.words).toBe(words), { timeout: 20_000 })
      await says(1)
      await host.settled(host.ask(id, { verb: 'suspend' }))
      const step = host.ask(id, { verb: 'step' })
      await host.seen('task.state', ({ from, to }) => from === 'suspended' && to === 'running')
      await host.settled(host.ask(id, { verb: 'resume', all: true }))
      expect((await host.settled(step)).refusal).toBe('released before it reached the next checkpoint')
      lines.act('a', { do: 'checkpoint' })
      await says(2)
    } finally {
      await lines.close()
    }
  },
)

it.each(['thread', 'process'] as const)(
  'a step in a %s ends at the next checkpoint, though an earlier one was let go while the code turned no event loop',
  patientTest,
  async (isolation) => {
    const host = await open({ 'm.ts': behaviours(isolation) })
    await host.host.opened
    const file = host.project.path('go-on')
    const id = await host.run('turns', { file })
    await host.settled(host.ask(id, { verb: 'suspend' }))
    const first = host.ask(id, { verb: 'step' })
    await host.seen('task.state', ({ from, to }) => from === 'suspended' && to === 'running')
    await host.settled(host.ask(id, { verb: 'resume', all: true }))
    expect((await host.settled(first)).refusal).toBe('released before it reached the next checkpoint')
    await host.settled(host.ask(id, { verb: 'suspend' }))
    const second = host.ask(id, { verb: 'step' })
    await writeFile(file, '')
    expect(await host.settled(second)).toEqual({ effect: 'at page 1' })
  },
)
