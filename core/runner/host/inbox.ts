/**
 * The host's way in: what its watchdog passes on is taken in order, in turns of the event loop. While the loop does not
 * turn, the watchdog stops the main thread in the middle of the module's code and makes a visit: then is taken at once
 * what concerns tasks in places of their own, and nothing that could run code of the module.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { NodeKey } from '../../model/identity.ts'
import type { FromWatchdog } from './watchdog-messages.ts'

export interface Inbox {
  /** Takes what may be taken in the middle of the module's code. */
  visit(): void
}

export interface InboxOptions {
  readonly port: MessagePort
  readonly take: (message: FromWatchdog) => void
  /** Whether a message runs no code of the module on this thread. */
  readonly takesNow: (message: FromWatchdog) => boolean
}

export function createInbox({ port, take, takesNow }: InboxOptions): Inbox {
  const later: FromWatchdog[] = []
  /** Whose controls wait for a turn: what is asked of them after that waits too. */
  const waiting = new Set<NodeKey>()

  const takeLater = (): void => {
    // One by one: code of the module that one of them runs may be visited, and the others are not to be overtaken.
    for (let message = later.shift(); message !== undefined; message = later.shift()) take(message)
    waiting.clear()
  }
  port.on('message', (message: FromWatchdog) => {
    takeLater()
    take(message)
  })
  return {
    visit() {
      for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
        const message = got.message as FromWatchdog
        const target = message.type === 'control' ? message.request.target : undefined
        if (takesNow(message) && (target === undefined || !waiting.has(target))) {
          take(message)
          continue
        }
        if (target !== undefined) waiting.add(target)
        if (later.push(message) === 1) setImmediate(takeLater)
      }
    },
  }
}
