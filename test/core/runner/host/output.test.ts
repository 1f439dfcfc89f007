import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../../core/model/event.ts'
import { patientTest } from './built-entries.ts'
import { hostsOfThisFile, type OpenedHost } from './opened-host.ts'

const open = hostsOfThisFile()

const talkers = `
import { setTimeout as delay } from 'node:timers/promises'
import { writeSync } from 'node:fs'
import { defineTask } from 'taskscope'
console.log('loading')
async function deep(word) { await delay(1); console.log('deep', word) }
export const a = defineTask({ name: 'a', run: async (ctx) => {
  console.info('a: info'); console.warn('a: warn'); console.error('a: error'); console.debug('a: debug')
  process.stdout.write('a: half '); await delay(5); process.stdout.write('and whole\\n')
  process.stderr.write(Buffer.from('a: né→🦊\\r\\n'))
  await Promise.all([deep('a'), ctx.sleep(5)])
  ctx.log({ a: 1 })
} })
export const b = defineTask({ name: 'b', run: async () => { await deep('b'); await new Promise((done) => setTimeout(() => { console.log('b: timer'); done() }, 1)) } })
export const floods = defineTask({ name: 'floods', run: async () => { for (let n = 0; n < 20_000; n++) console.log('line', n) } })
setTimeout(() => { for (let n = 0; n < 3000; n++) console.log('outside', n) }, 30)
export const writesBelow = defineTask({ name: 'writes-below', run: async () => { writeSync(1, 'straight to the descriptor\\n') } })
`

async function linesOf(host: OpenedHost, id: string): Promise<readonly LogLine[]> {
  await host.seen('task.state', (event) => event.id === id && event.to === 'completed')
  return host.of('task.log').flatMap((event) => (event.id === id ? event.lines : []))
}

describe('what the code of a module writes', patientTest, () => {
  it('appears under the task that wrote it, line by line, with its stream and level', async () => {
    const host = await open({ 'm.ts': talkers })
    await host.host.opened
    const a = await host.run('a')
    const b = await host.run('b')
    expect(await linesOf(host, a)).toEqual([
      { stream: 'stdout', level: 'info', text: 'a: info' },
      { stream: 'stderr', level: 'warn', text: 'a: warn' },
      { stream: 'stderr', level: 'error', text: 'a: error' },
      { stream: 'stdout', level: 'debug', text: 'a: debug' },
      { stream: 'stdout', text: 'a: half and whole' },
      { stream: 'stderr', text: 'a: né→🦊' },
      { stream: 'stdout', level: 'info', text: 'deep a' },
      expect.objectContaining({ stream: 'log' }),
    ])
    expect(await linesOf(host, b)).toEqual([
      { stream: 'stdout', level: 'info', text: 'deep b' },
      { stream: 'stdout', level: 'info', text: 'b: timer' },
    ])
  })

  it('appears under the host when no task wrote it, also past the console', async () => {
    const host = await open({ 'm.ts': talkers })
    await host.host.opened
    const loading = await host.seen('task.log', (event) => event.id === 'host')
    expect(loading.lines).toEqual([{ stream: 'stdout', level: 'info', text: 'loading' }])
    await host.run('writes-below')
    await host.seen('task.log', (event) => event.id === 'host' && event.lines[0]?.text === 'straight to the descriptor')
  })

  it('is bounded in a burst, and what was dropped is counted', async () => {
    const host = await open({ 'm.ts': talkers })
    await host.host.opened
    const id = await host.run('floods')
    const lines = await linesOf(host, id)
    const dropped = host.of('task.log').reduce((sum, event) => sum + (event.id === id ? (event.dropped ?? 0) : 0), 0)
    expect(lines.length).toBeLessThan(2000)
    expect(lines.length + dropped).toBe(20_000)
    await host.seen('task.log', (event) => event.id === 'host' && (event.dropped ?? 0) > 0)
    const outside = host.of('task.log').filter((event) => event.id === 'host')
    const told = outside.reduce((sum, event) => sum + event.lines.length + (event.dropped ?? 0), 0)
    expect(told).toBe(3001)
  })
})
