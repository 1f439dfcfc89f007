/** Whatever a client does, in whatever order: the lab answers once, tells legal lives, and leaves nothing behind. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRecord, type JsonRecord, stringAt } from '../../../../core/mcp/wire/json-record.ts'
import { type LabClient, legacyClient, modernClient } from './lab-client.ts'

type Step =
  | { readonly kind: 'create'; readonly tool: number }
  | { readonly kind: 'task'; readonly method: number; readonly task: number }
  | { readonly kind: 'answer'; readonly action: 'accept' | 'decline' | 'cancel' | 'nonsense' }
  | { readonly kind: 'cancelRequest'; readonly back: number }
  | { readonly kind: 'listen' | 'hold' }
  | { readonly kind: 'wait'; readonly ms: number }

const tools: readonly (readonly [string, JsonRecord])[] = [
  ['slow_compute', { seconds: 1 }],
  ['failing_job', {}],
  ['protocol_error_job', {}],
  ['confirm_delete', { filename: 'x' }],
  ['multi_input', {}],
  ['ask_twice', {}],
  ['test_tool_with_task', {}],
  ['greet', { name: 'x' }],
]

const index = fc.nat({ max: 7 })
const create = fc.record({ kind: fc.constant('create' as const), tool: index })
const step: fc.Arbitrary<Step> = fc.oneof(
  create,
  create,
  fc.record({ kind: fc.constant('task' as const), method: index, task: index }),
  fc.record({ kind: fc.constant('task' as const), method: index, task: index }),
  fc.record({
    kind: fc.constant('answer' as const),
    action: fc.constantFrom('accept' as const, 'decline' as const, 'cancel' as const, 'nonsense' as const),
  }),
  fc.record({ kind: fc.constant('cancelRequest' as const), back: index }),
  fc.record({ kind: fc.constantFrom('listen' as const, 'hold' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 2000 }) }),
)
/** Long on purpose: what goes wrong takes a task, something that it does, and something that is done to it. */
const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' })

interface Wire {
  readonly open: () => Promise<LabClient>
  readonly methods: readonly string[]
  readonly taskParam: JsonRecord
}

const legacy: Wire = {
  open: () => legacyClient(),
  methods: ['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'],
  taskParam: { task: {} },
}
const modern: Wire = {
  open: () => Promise.resolve(modernClient()),
  methods: ['tasks/get', 'tasks/update', 'tasks/cancel'],
  taskParam: {},
}

async function play(wire: Wire, script: readonly Step[]) {
  const client = await wire.open()
  const sent: number[] = []
  const cancelled = new Set<number>()
  const respondedTo = new Set<string | number>()
  const content = { confirm: true, name: 'Ada' }

  const taskIds = (): readonly string[] => [
    ...new Set(
      sent.flatMap((id) => {
        const answer = client.answerTo(id)
        const result = answer !== undefined && 'result' in answer ? answer.result : undefined
        const created = isRecord(result?.task) ? result.task : result?.resultType === 'task' ? result : undefined
        return stringAt(created, 'taskId') ?? []
      }),
    ),
  ]
  const taskAt = (place: number): string => taskIds()[place % Math.max(1, taskIds().length)] ?? 'nothing'

  for (const each of script) {
    if (each.kind === 'create') {
      const [name, input] = tools[each.tool] ?? ['greet', {}]
      sent.push(client.send('tools/call', { name, arguments: input, ...wire.taskParam }))
    } else if (each.kind === 'task') {
      const inputResponses = { 'question-1': { action: 'accept', content } }
      const method = wire.methods[each.method % wire.methods.length] ?? ''
      const params = method === 'tasks/list' ? {} : { taskId: taskAt(each.task) }
      sent.push(client.send(method, method === 'tasks/update' ? { ...params, inputResponses } : params))
    } else if (each.kind === 'answer') {
      for (const question of client.questions()) {
        if (respondedTo.has(question.id)) continue
        respondedTo.add(question.id)
        client.respond(question.id, each.action === 'nonsense' ? {} : { action: each.action, content })
      }
    } else if (each.kind === 'cancelRequest') {
      const id = sent[sent.length - 1 - each.back]
      if (id !== undefined) {
        if (client.answerTo(id) === undefined) cancelled.add(id)
        client.notify('notifications/cancelled', { requestId: id })
      }
    } else if (each.kind === 'listen' && wire === modern) {
      const id = client.send('subscriptions/listen', { notifications: { taskIds: taskIds() } })
      sent.push(id)
    } else if (each.kind === 'hold') {
      const call = { name: 'suspend_task', arguments: { taskId: taskAt(0) } }
      sent.push(client.send('tools/call', call))
    } else if (each.kind === 'wait') await client.time.advance(each.ms)
    await client.time.settle()
  }
  return { client, sent, cancelled }
}

const ended = new Set(['completed', 'failed', 'cancelled'])

/** Every description of a task in what was heard, by task. */
function livesOf(client: LabClient): ReadonlyMap<string, readonly string[]> {
  const lives = new Map<string, string[]>()
  const note = (fields: unknown): void => {
    if (!isRecord(fields)) return
    const taskId = stringAt(fields, 'taskId')
    const status = stringAt(fields, 'status')
    if (taskId !== undefined && status !== undefined) lives.set(taskId, [...(lives.get(taskId) ?? []), status])
    else note(fields.task)
  }
  for (const message of client.heard) {
    if (message.kind === 'result') note(message.result)
    if (message.kind === 'notification') note(message.params)
  }
  return lives
}

test.each([
  ['legacy', legacy],
  ['modern', modern],
])(
  'any client of the %s wire gets one answer to each request, and lives that the protocol allows',
  async (_name, wire) => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { client, sent, cancelled } = await play(wire, script)
        for (const id of sent) {
          const answers = client.heard.filter(
            (message) => (message.kind === 'result' || message.kind === 'error') && message.id === id,
          )
          expect(answers.length).toBeLessThanOrEqual(cancelled.has(id) ? 0 : 1)
        }
        for (const statuses of livesOf(client).values()) {
          const end = statuses.findIndex((status) => ended.has(status))
          if (end >= 0) expect(new Set(statuses.slice(end)).size).toBe(1)
        }
        const errors = client.findings().filter((finding) => finding.severity === 'error')
        expect(errors).toEqual([])
        client.leave()
        await client.close()
        expect(client.time.pending()).toBe(0)
      }),
      { numRuns: 100 },
    )
  },
)
