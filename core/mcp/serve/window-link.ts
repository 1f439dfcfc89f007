/**
 * Shows the tasks of a server of ours in the application, and lets it control them as its own. The server goes on as if
 * nothing were when there is no application; one that opens later is told what there is. When it goes, what only its
 * person could let go again goes on.
 */
import { randomUUID } from 'node:crypto'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest, ControlVerb } from '../../model/control.ts'
import type { TaskEvent } from '../../model/event.ts'
import { type ControlId, controlId, type NodeKey, nodeKey, type SourceId } from '../../model/identity.ts'
import { isTerminal } from '../../model/lifecycle.ts'
import type { Mutable } from '../../model/mutable.ts'
import { encodeLine } from '../../system/line-framing.ts'
import { AppLink } from '../proxy/app-link.ts'
import { proxyPlace } from '../proxy/proxy-place.ts'
import { BoundedSet } from '../wire/bounded.ts'
import { EventJournal } from './event-journal.ts'

export interface WindowLinkOptions {
  /** What a person calls the server. */
  readonly name: string
  /** What its events call their source. */
  readonly source: SourceId
  /** Whether it sends its spans to a collector itself. */
  readonly exports: boolean
  readonly control: (request: ControlRequest) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface WindowLink {
  /** Takes every event, in order. */
  see(event: TaskEvent): void
  close(): Promise<void>
}

/** What keeps something standing still, and how it goes on. */
interface Stop {
  readonly by: ControlRequest['by']
  readonly undo: ControlVerb
}

/** Controls of the application that are remembered as its own. */
const maxControls = 10_000

export function linkToWindow(options: WindowLinkOptions): WindowLink {
  const { name, source, clock, timers, control } = options
  const hello = {
    id: randomUUID(),
    pid: process.pid,
    transport: 'own',
    name,
    source,
    exports: options.exports,
  } as const
  const journal = new EventJournal()
  const asked = new BoundedSet<ControlId>(maxControls)
  const stops = new Map<NodeKey, Stop>()
  let seq = 0
  const place = proxyPlace(options.env)
  const link = new AppLink({
    place,
    hello: () => hello,
    timers,
    welcomed(after) {
      for (const told of journal.after(after)) link.write(encodeLine({ type: 'event', ...told }))
    },
    received(message) {
      if (message.type === 'control') take(message.request)
    },
    lost: letGo,
  })

  function take(request: ControlRequest): void {
    asked.add(request.id)
    noteStop(request)
    control(request)
  }

  function noteStop({ target, by, command }: ControlRequest): void {
    if (command.verb === 'suspend') {
      stops.set(target, { by, undo: { verb: 'resume', ...(command.subtree === true && { subtree: true }) } })
    } else if (command.verb === 'freeze') stops.set(target, { by, undo: { verb: 'thaw' } })
    else if (command.verb === 'resume' || command.verb === 'thaw') stops.delete(target)
  }

  function letGo(): void {
    const held = [...stops]
    stops.clear()
    for (const [target, { by, undo }] of held) {
      const id = controlId(`gone-${randomUUID()}`)
      const reason = 'the application has gone'
      control({ id, target, by, reason, requestedAt: clock.now(), command: undo })
    }
  }

  return {
    see(event) {
      // The application finds and books these itself.
      if (event.derived === true) return
      if (event.kind === 'control.requested' && asked.has(event.request.id)) return
      if (event.kind === 'control.noAnswer' && asked.has(event.control)) return
      if (event.kind === 'task.state' && isTerminal(event.to)) stops.delete(nodeKey(event.source, event.id))
      seq += 1
      const bare: Mutable<TaskEvent & { ord?: number }> = { ...event }
      delete bare.ord
      journal.note(seq, bare)
      if (link.open) link.write(encodeLine({ type: 'event', seq, event: bare }))
    },
    close() {
      link.tell({ type: 'bye' })
      return link.close()
    },
  }
}
