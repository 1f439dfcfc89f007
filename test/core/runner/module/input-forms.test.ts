import { mkdir, symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { defineTask, offerOf } from '../../../../core/runner/define-task.ts'
import { withJsonSchema } from '../../../../core/runner/module/zod-schema.ts'
import { patientTest } from '../host/built-entries.ts'
import { hostsOfThisFile } from '../host/opened-host.ts'
import { createProject } from './temporary-project.ts'

const open = hostsOfThisFile()
const installedZod = fileURLToPath(new URL('../../../../node_modules/zod', import.meta.url))

const run = async () => 1
const json = { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] }

describe('the input form of a task', patientTest, () => {
  it('comes from the zod of the person, and input that does not fit is refused by it', async () => {
    const host = await open({ 'm.ts': `export async function later() {}` })
    await host.host.opened
    await mkdir(host.project.path('node_modules'))
    await symlink(installedZod, host.project.path('node_modules/zod'))
    await host.project.write(
      'm.ts',
      `import { z } from 'zod'
       import { defineTask } from 'taskscope'
       export const crawl = defineTask({
         name: 'crawl',
         input: z.object({ url: z.url(), depth: z.number().int().default(2) }),
         run: async (_ctx, input) => input.depth,
       })`,
    )
    await host.settled(host.ask('host', { verb: 'restart' }))
    const { offers } = await host.seen('node.changed', (event) => event.offers?.[0]?.name === 'crawl')
    expect(offers?.[0]?.inputSchema).toMatchObject({
      type: 'object',
      properties: { url: { type: 'string', format: 'uri' }, depth: { type: 'integer', default: 2 } },
      required: ['url'],
    })
    const good = await host.run('crawl', { url: 'https://example.dev' })
    const end = await host.seen('task.state', (event) => event.id === good && event.to === 'completed')
    expect(end.outcome).toMatchObject({ value: { text: '2' } })
    host.ask('host', { verb: 'start', offer: 'crawl', input: { url: 'nowhere' } })
    const refused = await host.seen('task.state', (event) => event.to === 'failed')
    expect(refused.outcome).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('url') } })
  })

  it('comes from JSON Schema as it is, and from a Standard JSON Schema', async () => {
    const plain = defineTask({ name: 't', input: json, run })
    expect(await withJsonSchema(plain, '/m.ts')).toBe(plain)
    expect(offerOf(plain).inputSchema).toEqual(json)
    const standard = { '~standard': { version: 1, vendor: 'v', jsonSchema: { input: () => json } } } as const
    expect(offerOf(defineTask({ name: 't', input: standard, run })).inputSchema).toEqual(json)
  })

  it('is asked of an older zod 4 that cannot say it by itself', async () => {
    const project = await createProject({
      'node_modules/zod/package.json': '{"name":"zod","type":"module","main":"index.js"}',
      'node_modules/zod/index.js':
        'export const toJSONSchema = (schema) => ({ type: "object", title: schema._zod.of })',
    })
    const validate = (value: unknown) => ({ value })
    const older = { _zod: { of: 'older' }, '~standard': { version: 1, vendor: 'zod', validate } } as const
    const task = await withJsonSchema(defineTask({ name: 't', input: older, run }), project.path('m.ts'))
    expect(offerOf(task).inputSchema).toEqual({ type: 'object', title: 'older' })
    expect(task.input).toMatchObject({ '~standard': { validate } })
    await project.remove()
  })

  it('is free JSON when no schema can be had', async () => {
    const stranger = { _zod: {}, '~standard': { version: 1, vendor: 'zod' } } as const
    const task = defineTask({ name: 't', input: stranger, run })
    expect(await withJsonSchema(task, '/no/such/folder/m.ts')).toBe(task)
    expect(offerOf(task)).toEqual({ name: 't' })
  })
})
