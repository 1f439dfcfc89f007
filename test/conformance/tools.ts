/** The tools that MCP's conformance suite calls, as anybody would write them: an ordinary task module. */
import { defineTask } from 'taskscope'
import { z } from 'zod'

const confirmation = z.object({ confirm: z.boolean() })

export const greet = defineTask({
  name: 'greet',
  taskSupport: 'forbidden',
  input: z.object({ name: z.string() }),
  run: (_ctx, { name }) => `Hello, ${name}!`,
})

export const slowCompute = defineTask({
  name: 'slow_compute',
  input: z.object({ seconds: z.number(), label: z.string().optional() }),
  async run(ctx, { seconds }) {
    await ctx.sleep(seconds * 1000)
    return { computed: seconds }
  },
})

export const failingJob = defineTask({
  name: 'failing_job',
  taskSupport: 'required',
  async run(ctx) {
    await ctx.sleep(1000)
    throw new Error('it always fails')
  },
})

export const protocolErrorJob = defineTask({
  name: 'protocol_error_job',
  run() {
    throw Object.assign(new Error('the server is broken'), { code: -32603 })
  },
})

export const confirmDelete = defineTask({
  name: 'confirm_delete',
  input: z.object({ filename: z.string() }),
  async run(ctx, { filename }) {
    const answer = await ctx.requestInput({ message: `Delete ${filename}?`, schema: confirmation })
    return answer.action === 'accept' ? `deleted ${filename}` : `kept ${filename}`
  },
})

export const multiInput = defineTask({
  name: 'multi_input',
  async run(ctx) {
    const answers = await Promise.all([
      ctx.requestInput({ message: 'Your name?', schema: z.object({ name: z.string() }) }),
      ctx.requestInput({ message: 'Sure?', schema: confirmation }),
    ])
    return answers.map((answer) => answer.action)
  },
})

export const toolWithTask = defineTask({
  name: 'test_tool_with_task',
  taskSupport: 'required',
  input: z.object({ name: z.string() }),
  run: (_ctx, { name }) => `Hello, ${name}`,
})
