import type { Port } from '../../../core/model/port.ts'

/** One end of a pair of ports in one process. Messages wait until the test delivers them. */
export interface TestPort<In, Out> extends Port<In, Out> {
  /** Hands over what the other end has posted so far; returns how many. */
  deliver(): number
  /** Posted by the other end and not delivered yet. */
  readonly waiting: readonly In[]
}

/** Two ports that talk to each other; what is posted is cloned as a real port clones it. */
export function linkedPorts<A, B>(): readonly [TestPort<A, B>, TestPort<B, A>] {
  const toA: A[] = []
  const toB: B[] = []
  const link = { closed: false, onClose: new Set<() => void>() }
  return [end<A, B>(toA, toB, link), end<B, A>(toB, toA, link)]
}

function end<In, Out>(
  inbox: In[],
  outbox: Out[],
  link: { closed: boolean; readonly onClose: Set<() => void> },
): TestPort<In, Out> {
  const listeners = new Set<(message: In) => void>()
  return {
    post(message) {
      if (!link.closed) outbox.push(structuredClone(message))
    },
    onMessage(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onClose(listener) {
      link.onClose.add(listener)
      return () => link.onClose.delete(listener)
    },
    close() {
      if (link.closed) return
      link.closed = true
      for (const listener of [...link.onClose]) listener()
    },
    deliver() {
      const messages = inbox.splice(0)
      for (const message of messages) for (const listener of [...listeners]) listener(message)
      return messages.length
    },
    get waiting() {
      return inbox
    },
  }
}
