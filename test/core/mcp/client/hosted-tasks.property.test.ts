/** Tasks at the client under any order of what a server asks, a person does and time brings. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Analyzer } from '../../../../core/mcp/analyze/analyzer.ts'
import { passiveContext } from '../../../../core/mcp/analyze/passive-context.ts'
import { TaskEvents } from '../../../../core/mcp/analyze/task-events.ts'
import { HostedTasks } from '../../../../core/mcp/client/hosted-tasks.ts'
import { RpcPeer } from '../../../../core/mcp/client/rpc-peer.ts'
import type { RequestSighting } from '../../../../core/mcp/wire/conversation.ts'
import { isRecord, type JsonRecord, listAt, stringAt } from '../../../../core/mcp/wire/json-record.ts'
import type { OutgoingMessage } from '../../../../core/mcp/wire/rpc-message.ts'
import { you } from '../../../../core/model/actor.ts'
import { controlId, nodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { isTerminal } from '../../../../core/model/lifecycle.ts'
import { createEmit } from '../../../../core/model/stamp.ts'
import { createFakeTime } from '../../../support/fake-time.ts'

type Step =
  | { readonly do: 'ask'; readonly method: string; readonly ttl: number }
  | { readonly do: 'request'; readonly method: string; readonly task: number }
  | { readonly do: 'answer' | 'cancel'; readonly task: number; readonly action: 'accept' | 'decline' | 'cancel' }
  | { readonly do: 'wait'; readonly ms: number }

const task = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('ask' as const),
    method: fc.constantFrom('elicitation/create', 'sampling/createMessage'),
    ttl: fc.constantFrom(50, 1000, 60_000),
  }),
  fc.record({
    do: fc.constant('request' as const),
    method: fc.constantFrom('tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'),
    task,
  }),
  fc.record({
    do: fc.constantFrom('answer' as const, 'cancel' as const),
    task,
    action: fc.constantFrom('accept' as const, 'decline' as const, 'cancel' as const),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 100, 2000) }),
)

/** One client with a server that asks whatever the steps say. */
function start() {
  const time = createFakeTime(0)
  const sent: OutgoingMessage[] = []
  const asked: RequestSighting[] = []
  let seq = 0
  let serverId = 0
  let controls = 0
  const emit = createEmit(sourceId('client'), time, () => undefined)
  const events = new TaskEvents(passiveContext({ emit, parent: nodeId('connection') }))
  const analyzer = new Analyzer([
    events,
    {
      fact(fact) {
        if (fact.kind === 'asked') asked.push(fact.request)
      },
    },
  ])
  const peer = new RpcPeer({
    clock: time,
    transport: 'stdio',
    send: (message) => sent.push(message),
    see: (frame) => analyzer.see(frame),
    nextId: () => 1,
    nextSeq: () => {
      seq += 1
      return seq
    },
  })
  let made = 0
  const hosted = new HostedTasks({
    emit,
    clock: time,
    timers: time,
    peer,
    events: () => events,
    newId: () => {
      made += 1
      return `task-${made - 1}`
    },
  })
  const control = (command: { readonly verb: 'cancel' }) => {
    controls += 1
    const target = nodeKey(sourceId('client'), nodeId('any'))
    return { id: controlId(`${controls}`), target, by: you, requestedAt: time.now(), command }
  }

  function take(what: Step): void {
    if (what.do === 'wait') time.advanceSync(what.ms)
    else if (what.do === 'ask' || what.do === 'request') {
      serverId += 1
      const params: JsonRecord =
        what.do === 'ask' ? { message: 'What?', task: { ttl: what.ttl } } : { taskId: `task-${what.task}` }
      const message = { kind: 'request', id: serverId, method: what.method, params } as const
      peer.receive(message)
      if (what.do === 'request') hosted.takeRequest(message)
      for (const request of asked.splice(0)) hosted.host(request)
    } else {
      const entry = events.task('client', `task-${what.task}`)
      if (entry === undefined) return
      const request = control({ verb: 'cancel' })
      if (what.do === 'cancel') hosted.cancel(entry, request)
      else if (what.action === 'accept') hosted.answer(entry, { action: 'accept', content: { text: 'so' } }, request)
      else hosted.answer(entry, { action: what.action }, request)
    }
  }
  return { time, sent, events, hosted, take, requests: () => serverId, made: () => made }
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  working: ['input_required'],
  input_required: ['completed', 'failed', 'cancelled'],
}

test('each request is answered at most once and in the end, each task goes by the table and ends once, no timer stays', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const client = start()
      for (const each of steps) client.take(each)
      // Every ttl passes, so every task has ended.
      client.time.advanceSync(120_000)
      const answered = client.sent.flatMap((message) => ('id' in message && !('method' in message) ? [message.id] : []))
      expect(answered.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: client.requests() }, (_, index) => index + 1),
      )

      const statuses = new Map<string, string[]>()
      for (const message of client.sent) {
        const fields = statusOf(message)
        const id = stringAt(fields, 'taskId')
        const status = stringAt(fields, 'status')
        if (id === undefined || status === undefined) continue
        const known = statuses.get(id) ?? []
        statuses.set(id, known)
        if (known.at(-1) !== status) known.push(status)
      }
      expect(statuses.size).toBe(client.made())
      for (const known of statuses.values()) {
        expect(known[0]).toBe('working')
        for (const [index, status] of known.slice(1).entries()) expect(allowed[known[index] ?? '']).toContain(status)
      }
      for (let index = 0; index < client.made(); index += 1) {
        const entry = client.events.task('client', `task-${index}`)
        expect(entry !== undefined && isTerminal(entry.state)).toBe(true)
      }
      client.hosted.close()
      expect(client.time.pending()).toBe(0)
    }),
    { numRuns: 300 },
  )
})

/** A task as this message tells it: a creation, a notice, or the answer to a request about it. */
function statusOf(message: OutgoingMessage): JsonRecord {
  if ('method' in message) return message.params ?? {}
  if (!('result' in message) || listAt(message.result, 'tasks').length > 0) return {}
  return isRecord(message.result.task) ? message.result.task : message.result
}
