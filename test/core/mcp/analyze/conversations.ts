/** Conversations at random, as peers have them: both sides ask, ids are used again, answers are late, missing, or twice. */
import fc from 'fast-check'

type Fields = Readonly<Record<string, unknown>>

const related = (taskId: string) => ({ _meta: { 'io.modelcontextprotocol/related-task': { taskId } } })
const ids = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('0', '1', 'a'))
const serverTasks = fc.constantFrom('s-1', 's-2', 's-3')
const clientTasks = fc.constantFrom('c-1', 'c-2')
const statuses = fc.constantFrom('working', 'input_required', 'completed', 'failed', 'cancelled', 'odd')

const requests = fc.oneof(
  fc
    .record({
      method: fc.constantFrom('tasks/get', 'tasks/cancel', 'tasks/result', 'tasks/update'),
      taskId: serverTasks,
    })
    .map(({ method, taskId }) => ({ dir: 'c2s', method, params: { taskId } })),
  fc
    .record({ method: fc.constantFrom('tasks/get', 'tasks/cancel', 'tasks/result'), taskId: clientTasks })
    .map(({ method, taskId }) => ({ dir: 's2c', method, params: { taskId } })),
  fc
    .record({ method: fc.constantFrom('tasks/get', 'tasks/result'), taskId: serverTasks })
    .map(({ method, taskId }) => ({
      dir: 'dbg2s',
      method,
      params: { taskId },
    })),
  fc
    .constantFrom('dig', 'build')
    .map((name) => ({ dir: 'c2s', method: 'tools/call', params: { name, task: {} } as Fields })),
  fc.constantFrom('dig', 'build').map((name) => ({ dir: 'c2s', method: 'tools/call', params: { name } as Fields })),
  fc
    .constantFrom('sampling/createMessage', 'elicitation/create')
    .map((method) => ({ dir: 's2c', method, params: { task: {} } as Fields })),
  serverTasks.map((taskId) => ({ dir: 's2c', method: 'elicitation/create', params: related(taskId) as Fields })),
  fc.constant({ dir: 'c2s', method: 'tasks/list', params: {} as Fields }),
  fc.constant({ dir: 'c2s', method: 'ping', params: {} as Fields }),
)

/** What happens next: a request, an answer to the n-th open one, an answer to none, a notice, or something else. */
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('request' as const), id: ids, request: requests }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat(5),
      status: statuses,
      refused: fc.boolean(),
      twice: fc.boolean(),
      sameStream: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('notice' as const),
      server: fc.boolean(),
      s: serverTasks,
      c: clientTasks,
      status: statuses,
      replay: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stray' as const),
      id: ids,
      dir: fc.constantFrom('c2s', 's2c'),
      code: fc.constantFrom(-32602, -32603),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('side' as const),
      what: fc.constantFrom('stderr', 'sse-comment', 'of tomorrow'),
    }),
  },
)

interface Open {
  readonly id: string | number
  readonly dir: string
  readonly method: string
  readonly params: Fields
  readonly n: number
}

const back: Readonly<Record<string, string>> = { c2s: 's2c', s2c: 'c2s', dbg2s: 's2dbg' }

export const conversations = fc
  .record({ http: fc.boolean(), steps: fc.array(steps, { minLength: 1, maxLength: 60 }) })
  .map(({ http, steps: happening }) => {
    const lines = [JSON.stringify({ kind: 'meta', scenario: 'at random' })]
    const open: Open[] = []
    let n = 0
    const line = (fields: Fields) =>
      lines.push(JSON.stringify({ seq: lines.length, tMs: lines.length * 50, ...fields }))
    const rpc = (dir: string, msg: Fields, exchange?: Fields) =>
      line({
        kind: 'rpc',
        dir,
        transport: http ? 'http' : 'stdio',
        ...(http && exchange !== undefined ? { http: exchange } : {}),
        msg: { jsonrpc: '2.0', ...msg },
      })
    let created = 0

    for (const step of happening) {
      n += 1
      switch (step.kind) {
        case 'request': {
          const { dir, method, params } = step.request
          rpc(dir, { id: step.id, method, params }, { n })
          open.push({ id: step.id, dir, method, params, n })
          break
        }
        case 'answer': {
          const request = open.splice(step.which, 1)[0]
          if (request === undefined) break
          const exchange = { n: step.sameStream ? request.n : n, sse: true }
          const dir = back[request.dir] ?? ''
          const answer = step.refused
            ? { id: request.id, error: { code: -32602, message: 'no' } }
            : { id: request.id, result: resultOf(request, step.status) }
          rpc(dir, answer, exchange)
          if (step.twice) rpc(dir, answer, exchange)
          break
        }
        case 'notice': {
          const params = { taskId: step.server ? step.s : step.c, status: step.status, ttl: null }
          const method = n % 2 === 0 ? 'notifications/tasks/status' : 'notifications/tasks'
          rpc(step.server ? 's2c' : 'c2s', { method, params }, { n, sseId: `e${n}` })
          if (step.replay) rpc(step.server ? 's2c' : 'c2s', { method, params }, { n: n + 1000, sseId: `e${n}` })
          break
        }
        case 'stray':
          rpc(step.dir, { id: step.id, error: { code: step.code, message: 'no' } }, { n })
          break
        case 'side':
          line({ kind: step.what, text: 'x' })
      }
    }

    function resultOf({ method, params, dir }: Open, status: string): Fields {
      if (method === 'tasks/get' || method === 'tasks/cancel') return { taskId: params.taskId, status, ttl: null }
      if (method === 'tasks/list') return { tasks: [] }
      created += 1
      const task = { taskId: `${dir === 's2c' ? 'c' : 's'}-${1 + (created % 3)}`, status, ttl: null }
      if (params.task !== undefined) return { task }
      return method === 'tools/call' && created % 2 === 0 ? { resultType: 'task', ...task } : { content: [] }
    }
    return lines
  })
