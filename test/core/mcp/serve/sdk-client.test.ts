/** The official SDK's client, which knows the legacy wire, against the lab over both transports. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab } from '../../../../core/mcp/lab/lab-server.ts'
import { serveHttp } from '../../../../core/mcp/serve/http-server.ts'
import { type BuiltProgram, buildProgram } from './built-program.ts'

async function run(transport: Transport, name: string, input: Record<string, unknown>) {
  const client = new Client({ name: 'test', version: '0' }, { capabilities: { elicitation: {}, tasks: {} } })
  const questions: string[] = []
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    questions.push(params.message)
    return { action: 'accept', content: { confirm: true, name: 'Ada' } }
  })
  await client.connect(transport)
  const seen: string[] = []
  try {
    await client.listTools()
    const call = { name, arguments: input }
    for await (const message of client.experimental.tasks.callToolStream(call, undefined, { task: { ttl: 60_000 } })) {
      if (message.type === 'taskCreated' || message.type === 'taskStatus') seen.push(message.task.status)
      else seen.push(message.type === 'result' ? JSON.stringify(message.result.content) : 'error')
    }
  } finally {
    await client.close()
  }
  return { seen, questions }
}

describe('the official client', { timeout: 60_000 }, () => {
  let program: BuiltProgram | undefined

  beforeAll(async () => {
    program = await buildProgram()
  })
  afterAll(() => program?.remove())

  async function overStdio(name: string, input: Record<string, unknown>) {
    if (program === undefined) throw new Error('the program was not built')
    const { command, args } = program.launch('lab')
    return run(new StdioClientTransport({ command, args: [...args], stderr: 'ignore' }), name, input)
  }

  async function overHttp(name: string, input: Record<string, unknown>) {
    const lab = createLab({ version: '0' })
    const serving = await serveHttp(lab.server, 0)
    try {
      const transport = new StreamableHTTPClientTransport(new URL(serving.url))
      // The SDK's own types disagree about `sessionId` under exact optional properties.
      return await run(transport as Transport, name, input)
    } finally {
      await serving.close()
      await lab.close()
    }
  }

  describe.each([
    ['stdio', overStdio],
    ['HTTP', overHttp],
  ])('over %s', (_transport, call) => {
    test('runs a task to its result', async () => {
      const { seen } = await call('slow_compute', { seconds: 0.3 })
      expect(seen[0]).toBe('working')
      expect(seen.at(-1)).toContain('Computed it for 0.3 s')
    })

    test('answers what a task asks', async () => {
      const { seen, questions } = await call('multi_input', {})
      expect(questions).toEqual(['Who are you?', 'Is that all?'])
      expect(seen.at(-1)).toContain('accept, accept')
    })

    test('is told of a task that failed', async () => {
      const { seen } = await call('failing_job', {})
      expect(seen.slice(-2)).toEqual(['failed', 'error'])
    })
  })
})
