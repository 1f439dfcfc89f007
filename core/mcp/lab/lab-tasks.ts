/** The tools of the lab server, as tasks of the runner. The first seven are those that MCP's conformance suite calls. */
import { type AnyTaskDefinition, defineTask } from '../../runner/define-task.ts'
import type { HoldVerb } from '../serve/tool-work.ts'

const second = 1000
/** Computing comes in pieces, so that it can be held, stepped and cancelled between two of them. */
const pieceMs = 100

/** Asks for a hold of the task with this id, and whether there is one. */
export type HoldTask = (taskId: string, verb: HoldVerb) => boolean

function objectOf(
  properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  required = Object.keys(properties),
): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required }
}

const confirmation = objectOf({ confirm: { type: 'boolean', title: 'Really?' } })

const greet = defineTask({
  name: 'greet',
  description: 'Greets at once, never as a task',
  taskSupport: 'forbidden',
  input: objectOf({ name: { type: 'string' } }),
  run: (_ctx, input) => `Hello, ${(input as { readonly name: string }).name}!`,
})

const slowCompute = defineTask({
  name: 'slow_compute',
  description: 'Computes for some seconds and tells how far it is',
  input: objectOf(
    { seconds: { type: 'number', minimum: 0, maximum: 3600, description: 'How long' }, label: { type: 'string' } },
    ['seconds'],
  ),
  async run(ctx, input) {
    const { seconds, label = 'it' } = input as { readonly seconds: number; readonly label?: string }
    const pieces = Math.round((seconds * second) / pieceMs)
    for (let piece = 1; piece <= pieces; piece += 1) {
      await ctx.sleep(pieceMs)
      ctx.progress({ current: piece, total: pieces, message: 'computing' })
    }
    return `Computed ${label} for ${seconds} s`
  },
})

const failingJob = defineTask({
  name: 'failing_job',
  description: 'Only runs as a task, and reports an error of its own after a second',
  taskSupport: 'required',
  async run(ctx) {
    await ctx.sleep(second)
    throw new Error('the job failed, as it always does')
  },
})

const protocolErrorJob = defineTask({
  name: 'protocol_error_job',
  description: 'Ends in an error of the protocol, not of the tool',
  async run(ctx) {
    await ctx.sleep(pieceMs)
    throw Object.assign(new Error('the job broke its server'), { code: -32603 })
  },
})

const confirmDelete = defineTask({
  name: 'confirm_delete',
  description: 'Asks before it pretends to delete a file',
  input: objectOf({ filename: { type: 'string' } }),
  async run(ctx, input) {
    const { filename } = input as { readonly filename: string }
    const answer = await ctx.requestInput({ message: `Delete ${filename}?`, schema: confirmation })
    const confirmed = answer.action === 'accept' && (answer.content as { readonly confirm?: unknown }).confirm === true
    return confirmed ? `Deleted ${filename}` : `Kept ${filename}`
  },
})

const multiInput = defineTask({
  name: 'multi_input',
  description: 'Asks two questions side by side',
  async run(ctx) {
    const name = objectOf({ name: { type: 'string' } })
    const answers = await Promise.all([
      ctx.requestInput({ message: 'Who are you?', schema: name }),
      ctx.requestInput({ message: 'Is that all?', schema: confirmation }),
    ])
    return `Both answered: ${answers.map((answer) => answer.action).join(', ')}`
  },
})

const toolWithTask = defineTask({
  name: 'test_tool_with_task',
  title: 'Test tool with task',
  description: 'Only runs as a task; what it needs and was not given is asked for before there is one',
  taskSupport: 'required',
  input: objectOf({ name: { type: 'string', description: 'Your name' } }),
  async run(ctx, input) {
    await ctx.sleep(pieceMs)
    return `Hello, ${(input as { readonly name: string }).name}, from a task`
  },
})

const askTwice = defineTask({
  name: 'ask_twice',
  description: 'Asks one question after the other',
  async run(ctx) {
    const first = await ctx.requestInput({ message: 'Shall it begin?', schema: confirmation })
    const then = await ctx.requestInput({ message: 'Shall it go on?', schema: confirmation })
    return `${first.action}, then ${then.action}`
  },
})

const silentJob = defineTask({
  name: 'silent_job',
  description: 'Works for some seconds and says nothing of it',
  input: objectOf({ seconds: { type: 'number', minimum: 0 } }),
  async run(ctx, input) {
    await ctx.sleep((input as { readonly seconds: number }).seconds * second)
    return 'It said nothing, and here it is'
  },
})

/** Holds are no part of MCP: these are tools like others, and the task that they hold stays `working`. */
function holdTool(verb: HoldVerb, description: string, hold: HoldTask): AnyTaskDefinition {
  return defineTask({
    name: `${verb}_task`,
    description,
    taskSupport: 'forbidden',
    input: objectOf({ taskId: { type: 'string' } }),
    run: (_ctx, input) => {
      const { taskId } = input as { readonly taskId: string }
      if (!hold(taskId, verb)) throw new Error(`there is no task ${taskId}`)
      return `${verb} asked for`
    },
  })
}

export function labTasks(hold: HoldTask): readonly AnyTaskDefinition[] {
  return [
    greet,
    slowCompute,
    failingJob,
    protocolErrorJob,
    confirmDelete,
    multiInput,
    toolWithTask,
    askTwice,
    silentJob,
    holdTool('suspend', 'Holds a running task at its next checkpoint', hold),
    holdTool('step', 'Lets a held task run to its next checkpoint', hold),
    holdTool('resume', 'Releases a held task', hold),
  ]
}
