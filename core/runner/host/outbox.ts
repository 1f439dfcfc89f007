/**
 * The host's way out: everything that its owner shall hear, in order. What happens right before a task blocks the
 * event loop must not wait for the loop, so entries leave at once as long as a turn has few of them; a burst is
 * gathered into batches. Also the gate that keeps new tasks waiting while the owner is far behind.
 */
import type { Clock } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { TaskEvent, TaskEventBody } from '../../model/event.ts'
import { encodeLine } from './line-framing.ts'
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
  /** Lets gathered entries leave now. */
  flush(): void
  /** Whether new tasks may start; they wait while the owner is `creditWindow` entries behind. */
  readonly gate: { open(): boolean; onOpen(listener: () => void): Dispose }
  /** The watchdog saw an acknowledgement that starts have waited for. */
  credit(): void
}

export interface OutboxOptions {
  readonly post: (line: string) => void
  readonly shared: SharedState
  readonly clock: Clock
  /** Calls back when the present turn of the event loop is over. */
  readonly afterTurn: (callback: () => void) => void
  /** How many starts wait for credit now. */
  readonly onWaiting: (starts: number) => void
}

export function createOutbox({ post, shared, clock, afterTurn, onWaiting }: OutboxOptions): Outbox {
  let gathered: LinkEntry[] = []
  let promptLeft = promptEntries
  let turnWatched = false
  let sent = 0
  const waiting = new Set<() => void>()

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
    sent += 1
    gathered.push(entry)
    watchTurn()
    if (promptLeft > 0) promptLeft -= 1
    else if (!prompt && gathered.length < batchEntries) return
    flush()
  }
  const open = (): boolean => shared.unacknowledged(sent) < creditWindow

  return {
    // Right after `running` a task's own code gets the thread, perhaps for long.
    event: (event) => put({ event }, event.kind === 'task.state' && event.to === 'running'),
    fact: (body) => put({ fact: body, at: clock.now() }, false),
    send(message) {
      flush()
      post(encodeLine(message))
    },
    flush,
    gate: {
      open,
      onOpen(listener) {
        waiting.add(listener)
        shared.setCreditWanted(true)
        onWaiting(waiting.size)
        return () => {
          if (waiting.delete(listener)) onWaiting(waiting.size)
        }
      },
    },
    credit() {
      // A listener may start a task that uses the credit up: those behind it go on waiting.
      for (const listener of [...waiting]) {
        if (!open()) break
        waiting.delete(listener)
        listener()
      }
      shared.setCreditWanted(waiting.size > 0)
      onWaiting(waiting.size)
    },
  }
}
