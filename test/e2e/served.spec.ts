/** A task that an MCP client started at `taskscope serve`: native in the window, and still `working` for its client. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CallToolResultSchema, CreateTaskResultSchema, GetTaskResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from '@playwright/test'
import { type LaunchedApp, launchApp } from './launch.ts'
import { press, row } from './window.ts'

const taskscope = fileURLToPath(new URL('../../electron/tools/taskscope.mjs', import.meta.url))
const module = `
import { defineTask } from 'taskscope'
export const tally = defineTask({
  name: 'tally',
  async run(ctx) {
    for (let n = 1; n <= 300; n += 1) {
      await ctx.sleep(20)
      await ctx.checkpoint('number ' + n)
    }
    return 'counted'
  },
})
`

let launched: LaunchedApp
let folder: string
const client = new Client({ name: 'test', version: '1' })

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskscope-served-'))
  launched = await launchApp({ args: ['--empty'] })
})

test.afterEach(async () => {
  await client.close()
  await launched.close()
  await rm(folder, { recursive: true, force: true })
})

test('a served task that a client started is suspended, stepped and resumed in the window, and completes', async () => {
  const { page, userData } = launched
  const file = join(folder, 'counting.ts')
  await writeFile(file, module)
  const env = { ...(process.env as Record<string, string>), TASKSCOPE_RUNTIME_DIR: join(userData, 'run') }
  const args = [taskscope, 'serve', file]
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }))
  const sources = page.getByRole('navigation', { name: 'Sources' })
  await expect(sources.getByRole('button', { name: /^counting/ })).toBeVisible({ timeout: 20_000 })
  const call = { name: 'tally', arguments: {}, task: {} }
  const { task } = await client.request({ method: 'tools/call', params: call }, CreateTaskResultSchema)
  const params = { taskId: task.taskId }
  const tally = row(page, 'tally')
  await expect(tally).toHaveAttribute('data-state', 'running')
  await tally.click()
  await press(page, 'Suspend')
  await expect(tally).toHaveAttribute('data-state', 'suspended')
  await expect
    .poll(() => client.request({ method: 'tasks/get', params }, GetTaskResultSchema))
    .toMatchObject({ status: 'working', statusMessage: expect.stringContaining('suspended by a person') })
  await press(page, 'Step')
  await expect(tally).toHaveAttribute('data-state', 'suspended')
  await press(page, 'Resume')
  const result = client.request({ method: 'tasks/result', params }, CallToolResultSchema)
  expect(await result).toMatchObject({ content: [{ text: 'counted' }] })
  await expect(tally).toHaveAttribute('data-state', 'completed')
  expect(launched.pageErrors).toEqual([])
})
