/** Servers of ours beside the application: their tasks are its own to see and to control, and they do without it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CallToolResultSchema, CreateTaskResultSchema, GetTaskResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isTaskRow } from '../../../../core/model/row.ts'
import type { Workspace } from '../../../../core/workspace/workspace.ts'
import { control, type MeetingPlace, newMeetingPlace, rowsOf, seen, taskRow } from '../proxy/watching-app.ts'
import { type BuiltProgram, buildProgram } from './built-program.ts'

const patient = { timeout: 60_000 }

let program: BuiltProgram
let meeting: MeetingPlace
let client: Client
let serverPid: number | null
let folder: string

beforeAll(async () => {
  program = await buildProgram()
  folder = mkdtempSync(join(tmpdir(), 'taskscope-served-'))
}, 60_000)
afterAll(async () => {
  await program.remove()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  meeting = newMeetingPlace()
})
afterEach(async () => {
  await client.close()
  await meeting.remove()
})

/** An MCP client of the official SDK that launches `taskscope` with these words. */
async function openClient(...words: string[]) {
  const { command, args } = program.launch(...words)
  const env = { ...(process.env as Record<string, string>), ...meeting.env }
  client = new Client({ name: 'test', version: '1' })
  const transport = new StdioClientTransport({ command, args: [...(args ?? [])], env, stderr: 'ignore' })
  await client.connect(transport)
  serverPid = transport.pid
  return {
    async start(name: string, input: Record<string, unknown>): Promise<string> {
      const call = { name, arguments: input, task: { ttl: 60_000 } }
      const { task } = await client.request({ method: 'tools/call', params: call }, CreateTaskResultSchema)
      return task.taskId
    },
    status: (taskId: string) => client.request({ method: 'tasks/get', params: { taskId } }, GetTaskResultSchema),
    result: (taskId: string) => client.request({ method: 'tasks/result', params: { taskId } }, CallToolResultSchema),
  }
}

const host = (app: Workspace) => rowsOf(app).find((row) => !isTaskRow(row) && row.node === 'host')

const counting = `
import { defineTask } from 'taskscope'
export const count = defineTask({
  name: 'count',
  input: { type: 'object', properties: { to: { type: 'number' } }, required: ['to'] },
  async run(ctx, { to }: { to: number }) {
    for (let n = 1; n <= to; n += 1) {
      await ctx.sleep(20)
      await ctx.checkpoint('at ' + n)
      ctx.progress({ current: n, total: to })
    }
    return 'counted to ' + to
  },
})
`

describe('a module that is served', () => {
  test(
    'is a host of the window: its task is suspended there, stays working for its client, and completes',
    patient,
    async () => {
      const file = join(folder, 'counting.ts')
      writeFileSync(file, counting)
      const app = await meeting.openApp()
      const mcp = await openClient('serve', file)
      await seen(() => expect(host(app)).toMatchObject({ name: 'counting', status: 'open', facts: { served: true } }))
      const task = await mcp.start('count', { to: 200 })
      await seen(() => expect(taskRow(app)).toMatchObject({ name: 'count', state: 'running' }))
      await control(app, taskRow(app)?.key, { verb: 'suspend' })
      await seen(() => expect(taskRow(app)).toMatchObject({ state: 'suspended' }))
      await seen(async () =>
        expect(await mcp.status(task)).toMatchObject({
          status: 'working',
          statusMessage: expect.stringContaining('suspended by a person'),
        }),
      )
      await control(app, taskRow(app)?.key, { verb: 'step' })
      await seen(() => expect(taskRow(app)).toMatchObject({ state: 'suspended' }))
      await control(app, taskRow(app)?.key, { verb: 'getState' })
      await control(app, taskRow(app)?.key, { verb: 'resume' })
      expect(await mcp.result(task)).toMatchObject({ content: [{ text: expect.stringContaining('counted to 200') }] })
      await seen(() => expect(taskRow(app)).toMatchObject({ state: 'completed' }))
      expect(app.registry.counters()).toMatchObject({ lost: 0, illegal: 0 })
    },
  )

  test('starts a task from the window, which no client knows of', patient, async () => {
    const file = join(folder, 'counting.ts')
    writeFileSync(file, counting)
    const app = await meeting.openApp()
    await openClient('serve', file)
    await seen(() => expect(host(app)).toMatchObject({ status: 'open' }))
    await control(app, host(app)?.key, { verb: 'start', offer: 'count', input: { to: 2 } })
    await seen(() => expect(taskRow(app)).toMatchObject({ name: 'count', state: 'completed' }))
  })
})

describe('the lab', () => {
  test('is seen by an application that opens later, whole, and cancelled from there', patient, async () => {
    const mcp = await openClient('lab')
    const ended = await mcp.start('slow_compute', { seconds: 0.1 })
    await mcp.result(ended)
    const task = await mcp.start('slow_compute', { seconds: 60 })
    const app = await meeting.openApp()
    const running = () => rowsOf(app).find((row) => isTaskRow(row) && row.state === 'running')
    await seen(() => expect(running()).toMatchObject({ name: 'slow_compute' }))
    expect(host(app)).toMatchObject({ name: 'lab', status: 'open', facts: { served: true } })
    expect(
      rowsOf(app)
        .filter(isTaskRow)
        .map(({ state }) => state),
    ).toEqual(['completed', 'running'])
    expect(app.registry.counters()).toMatchObject({ lost: 0, illegal: 0, unknown: 0 })
    const key = running()?.key
    await control(app, key, { verb: 'cancel' })
    await seen(async () => expect(await mcp.status(task)).toMatchObject({ status: 'cancelled' }))
  })

  test('goes on with what was suspended when the application goes, and is met again by the next', patient, async () => {
    const mcp = await openClient('lab')
    const app = await meeting.openApp()
    const task = await mcp.start('slow_compute', { seconds: 4 })
    await seen(() => expect(taskRow(app)).toMatchObject({ state: 'running' }))
    await control(app, taskRow(app)?.key, { verb: 'suspend' })
    await seen(() => expect(taskRow(app)).toMatchObject({ state: 'suspended' }))
    await app.close()
    expect(await mcp.result(task)).toMatchObject({ content: [{ text: 'Computed it for 4 s' }] })
    const next = await meeting.openApp()
    await seen(() => expect(taskRow(next)).toMatchObject({ state: 'completed', holds: [] }))
    expect(next.registry.counters()).toMatchObject({ lost: 0, illegal: 0 })
  })

  test('that is killed leaves the truth behind', patient, async () => {
    const app = await meeting.openApp()
    const mcp = await openClient('lab')
    await mcp.start('slow_compute', { seconds: 60 })
    await seen(() => expect(taskRow(app)).toMatchObject({ state: 'running' }))
    process.kill(serverPid ?? 0, 'SIGKILL')
    await seen(() =>
      expect(host(app)).toMatchObject({ status: 'lost', why: { text: 'the server went without a word' } }),
    )
    expect(taskRow(app)).toMatchObject({ state: 'failed', failure: 'exit' })
  })
})
