import { describe, expect, it } from 'vitest'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile } from './opened-host.ts'

const open = hostsOfThisFile()

const many = `
import { defineTask } from 'taskscope'
const child = defineTask({ name: 'child', run: async () => 1 })
export const burst = defineTask({ name: 'burst', run: async (ctx, input) => {
  const children = []
  for (let n = 0; n < input.count; n++) children.push(ctx.spawn(child, {}))
  for (const one of children) await one
  return children.length
} })`

describe('a burst of tasks in one turn of a host', patientTest, () => {
  it('arrives whole and in order', async () => {
    const host = await open({ 'm.ts': many })
    await host.host.opened
    const count = 20_000
    const id = await host.run('burst', { count })
    await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
    expect(host.events.every((event, index) => event.seq === index + 1)).toBe(true)
    expect(host.of('task.state').filter((event) => event.to === 'completed')).toHaveLength(count + 1)
  })
})
