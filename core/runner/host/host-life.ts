/**
 * One life of a host as its source tells it: what the process says becomes events, and when it ends, however it ends,
 * everything that was open in it is told an end before `ended` resolves.
 */
import { type Actor, actorText } from '../../model/actor.ts'
import { assertNever } from '../../model/assert.ts'
import type { Clock, Timers } from '../../model/clock.ts'
import type { ControlRequest } from '../../model/control.ts'
import type { ControlId } from '../../model/identity.ts'
import type { StackFrame } from '../../model/stack.ts'
import type { EarlierTask } from '../earlier-task.ts'
import { createOwnedCells, type OwnedCellsOptions } from '../process/owned-cells.ts'
import { clockOffset, type EventRelay } from './event-relay.ts'
import { createHostLog } from './host-log.ts'
import { hostNodeId } from './host-node.ts'
import { type Loaded, type SessionEnd, type SessionOptions, startSession } from './host-session.ts'
import type { FromHost } from './link-messages.ts'
import { createOpenControls } from './open-controls.ts'
import { createOpenNodes } from './open-nodes.ts'
import { createOutputLines } from './output-lines.ts'
import { placeText, stoppedText, tasksText } from './stack-text.ts'

export interface LifeOptions {
  readonly relay: EventRelay
  readonly clock: Clock
  readonly timers: Timers
  readonly session: Omit<SessionOptions, 'onConnected' | 'onMessage' | 'onOutput'>
  /** For tasks that get a process of their own. */
  readonly cells: Pick<OwnedCellsOptions, 'entry' | 'thread' | 'path' | 'pauser'>
}

export interface HostLife {
  readonly loaded: Promise<Loaded>
  /** Resolves after the last event of this life. */
  readonly ended: Promise<SessionEnd>
  /** Names of the tasks that are under way. */
  taskNames(): readonly string[]
  /** Takes a control to the process; refuses it when there is none. `earlier`: a task of an earlier life to retry. */
  control(request: ControlRequest, earlier?: EarlierTask): void
  /** Lets tasks unwind, then ends the process. */
  close(reason: string, by?: Actor): void
  /** Ends the process at once; its tasks count as killed by `by`. */
  kill(text: string, by: Actor): void
  /** Ends the process at once as a crash; its tasks end as `exit`. */
  crash(by: Actor): void
}

export function startLife({
  relay,
  clock,
  timers,
  session: sessionOptions,
  cells: cellOptions,
}: LifeOptions): HostLife {
  const nodes = createOpenNodes()
  const controls = createOpenControls()
  const log = createHostLog({ clock, timers, emit: relay.emit })
  const lines = createOutputLines(log.write)
  let bundleUrl: string | undefined
  void sessionOptions.bundle.then((bundle) => {
    bundleUrl = bundle.ok ? bundle.url : undefined
  })
  const cells = createOwnedCells({
    ...cellOptions,
    spawner: sessionOptions.spawner,
    link: sessionOptions.link,
    timers,
    env: sessionOptions.launch.env,
    cwd: sessionOptions.launch.cwd,
    url: () => bundleUrl,
    tell: (cell, told) => void session.send({ type: 'cellTold', cell, told }),
  })
  let counted = 0
  let endedBy: Actor | undefined

  const takeBatch = (message: Extract<FromHost, { readonly type: 'batch' }>): void => {
    let inBatch = 0
    for (const entry of message.entries) {
      if ('event' in entry) {
        inBatch += 1
        relay.event(entry.event)
        nodes.note(entry.event)
        controls.note(entry.event)
      } else {
        if (entry.uncounted !== true) inBatch += 1
        relay.fact(entry.fact, entry.at)
        controls.note(entry.fact)
      }
    }
    if (inBatch === 0) return
    counted += inBatch
    session.send({ type: 'acknowledged', entries: counted })
  }
  const effective = (control: ControlId, effect: string): void => {
    const event = { kind: 'control.effective', control, effect } as const
    controls.note(event)
    relay.emit(event)
  }
  const tookStack = (stack: readonly StackFrame[]): void => relay.emit({ kind: 'stack.taken', id: hostNodeId, stack })
  const take = (message: FromHost): void => {
    switch (message.type) {
      case 'clock':
        relay.setClockOffset(clockOffset(message.sent, message.now, clock.now()))
        return
      case 'batch':
        takeBatch(message)
        return
      case 'frozen':
        relay.emit({
          kind: 'node.changed',
          id: hostNodeId,
          status: 'frozen',
          why: { text: `frozen ${placeText(message.stack)}`, detail: stoppedText(nodes.onMain()) },
        })
        tookStack(message.stack)
        effective(message.control, `stopped ${stoppedText(nodes.onMain())}, ${placeText(message.stack)}`)
        return
      case 'thawed':
        relay.emit({ kind: 'node.changed', id: hostNodeId, status: 'open', why: { text: 'thawed' } })
        effective(message.control, `released ${tasksText(nodes.onMain().names)}`)
        return
      case 'stackTaken':
        tookStack(message.stack)
        if (message.control !== undefined) effective(message.control, placeText(message.stack))
        return
      case 'cellCall':
        cells.call(message.cell, message.call)
        return
      case 'cellData':
      case 'cellStopped':
      case 'cellDone':
      case 'cellOver':
        // Only the process of one task says such, and not here.
        return
      case 'hello':
      case 'loaded':
      case 'loadFailed':
      case 'ending':
        return
      default:
        assertNever(message)
        return
    }
  }

  relay.newLife()
  const session = startSession({
    ...sessionOptions,
    onConnected(pid) {
      relay.emit({ kind: 'node.changed', id: hostNodeId, facts: { pid } })
      session.send({ type: 'welcome', sent: clock.now() })
    },
    onMessage: take,
    onOutput: lines.push,
  })

  return {
    loaded: session.loaded,
    ended: session.ended.then(async (end) => {
      const cellsGone = cells.close()
      lines.end()
      log.flush()
      const text = `host ${end.text}`
      for (const event of nodes.endAll({
        text,
        ...(end.error === undefined ? {} : { error: end.error }),
        ...(endedBy === undefined ? {} : { by: endedBy }),
      })) {
        relay.emit(event)
      }
      for (const event of controls.endAll(`the ${text}`)) relay.emit(event)
      await cellsGone
      return end
    }),
    taskNames: nodes.names,
    control(request, earlier) {
      if (session.send({ type: 'control', request, ...(earlier === undefined ? {} : { earlier }) }))
        controls.add(request.id)
      else relay.emit({ kind: 'control.refused', control: request.id, reason: 'the host process is not running' })
    },
    close(reason, by) {
      endedBy ??= by
      session.close(reason)
    },
    crash: (by) => session.crash(`was crashed by ${actorText(by)}`),
    kill(text, by) {
      endedBy = by
      session.kill(`${text} by ${actorText(by)}`)
    },
  }
}
