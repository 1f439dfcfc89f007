import { MessageChannel } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { controlId, type NodeKey } from '../../../../core/model/identity.ts'
import { createInbox } from '../../../../core/runner/host/inbox.ts'
import type { FromWatchdog } from '../../../../core/runner/host/watchdog-messages.ts'

function control(id: string, target: string): FromWatchdog {
  return {
    type: 'control',
    request: {
      id: controlId(id),
      target: target as NodeKey,
      by: { kind: 'person' },
      requestedAt: 0,
      command: { verb: 'suspend' },
    },
  }
}

test('a visit takes only what may be taken; the rest comes in order in the next turn, before anything newer', async () => {
  const { port1, port2 } = new MessageChannel()
  const taken: string[] = []
  const now = new Set(['thread'])
  const inbox = createInbox({
    port: port1,
    take: (message) => void taken.push(message.type === 'control' ? message.request.id : message.type),
    takesNow: (message) => message.type === 'control' && now.has(message.request.target),
  })
  try {
    for (const message of [control('a', 'inline'), control('b', 'thread'), control('c', 'late'), { type: 'ping' }]) {
      port2.postMessage(message)
    }
    inbox.visit()
    expect(taken).toEqual(['b'])
    // What waits for a turn already is not overtaken by what is asked of the same task later.
    now.add('late')
    port2.postMessage(control('d', 'late'))
    port2.postMessage(control('e', 'thread'))
    inbox.visit()
    expect(taken).toEqual(['b', 'e'])
    port2.postMessage(control('f', 'thread'))
    await vi.waitFor(() => expect(taken).toEqual(['b', 'e', 'a', 'c', 'ping', 'd', 'f']))
  } finally {
    port1.close()
  }
})
