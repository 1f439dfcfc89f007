/**
 * The host's way out: everything that its owner shall hear, in order. What happens right before a task blocks the
 * event loop must not wait for the loop, so entries leave at once as long as a turn has few of them; a burst is
 * gathered into batches. Also the gate that keeps new tasks waiting while the owner is far behind.
 */
import type { Clock } from '../../model/clock.ts'
import type { TaskEvent, TaskEventBody } from '../../model/event.ts'
import { encodeLine } from '../../system/line-framing.ts'
import type { StartGate } from '../start-queue.ts'
import { creditWindow, type FromHost, type LinkEntry } from './link-messages.ts'
import type { SharedState } from './shared-state.ts'

/** Entries that leave one by one in a turn of the event loop before gathering begins. */
const promptEntries = 32
const batchEntries = 256

export interface Outbox {
  /** Takes an event of the runner, numbered already. */
  event(event: TaskEvent): void
  /** Takes a fact that the owner numbers. */
  fact(body: TaskEventBody): void
  /** Any other message, after all entries so far. */
  send(message: FromHost): void
  /** Lets everything leave now that is being gathered. */
  flush(): void
  /** The last message; whatever comes later is dropped, because its owner has stopped believing this process. */
  end(message: FromHost): void
  /** Whether new tasks may start; they wait while the owner is `creditWindow` entries behind. */
  readonly gate: StartGate
  /** The watchdog saw an acknowledgement that starts have waited for. */
  credit(): void
}

export interface OutboxOptions {
  readonly post: (line: string) => void
  readonly shared: SharedState
  readonly clock: Clock
  /** Calls back when the present turn of the event loop is over. */
  readonly afterTurn: (callback: () => void) => void
  /** Starts begin to wait (`false`), or may go on (`true`). Told once per change. */
  readonly onGate: (open: boolean) => void
}

export function createOutbox({ post, shared, clock, afterTurn, onGate }: OutboxOptions): Outbox {
  let gathered: LinkEntry[] = []
  let promptLeft = promptEntries
  let turnWatched = false
  let sent = 0
  let told = true
  let ended = false
  const listeners = new Set<() => void>()

  const flush = (): void => {
    if (gathered.length === 0) return
    const entries = gathered
    gathered = []
    post(encodeLine({ type: 'batch', entries } satisfies FromHost))
  }
  const watchTurn = (): void => {
    if (turnWatched) return
    turnWatched = true
    afterTurn(() => {
      turnWatched = false
      promptLeft = promptEntries
      flush()
    })
  }
  const put = (entry: LinkEntry, prompt: boolean): void => {
    if (ended) return
    sent += 1
    gathered.push(entry)
    watchTurn()
    if (promptLeft > 0) promptLeft -= 1
    else if (!prompt && gathered.length < batchEntries) return
    flush()
  }
  const send = (message: FromHost): void => {
    if (ended) return
    flush()
    post(encodeLine(message))
  }
  const open = (): boolean => {
    const isOpen = shared.unacknowledged(sent) < creditWindow
    if (isOpen !== told) {
      told = isOpen
      shared.setCreditWanted(!isOpen)
      onGate(isOpen)
    }
    return isOpen
  }

  return {
    // Right after `running` a task's own code gets the thread, perhaps for long.
    event: (event) => put({ event }, event.kind === 'task.state' && event.to === 'running'),
    fact: (body) => put({ fact: body, at: clock.now() }, false),
    send,
    flush,
    end(message) {
      send(message)
      ended = true
    },
    gate: {
      open,
      onOpen(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    credit() {
      if (open()) for (const listener of listeners) listener()
    },
  }
}
