/**
 * A real runner inside a make-believe host process on a fake clock, seen from its owner: the owner's half is the real
 * one, so what it tells when the process dies is under test too. After a crash the next process is there at once.
 */
import { type Actor, actorText } from '../../../../core/model/actor.ts'
import type { Breakpoint } from '../../../../core/model/breakpoint.ts'
import type { ControlVerb } from '../../../../core/model/control.ts'
import type { Dispose } from '../../../../core/model/dispose.ts'
import type { TaskEvent } from '../../../../core/model/event.ts'
import { controlId, type NodeId, nodeKey, sourceId } from '../../../../core/model/identity.ts'
import { breakpointActor } from '../../../../core/runner/breakpoints/break-at.ts'
import { createEventRelay } from '../../../../core/runner/host/event-relay.ts'
import { type HostLife, startLife } from '../../../../core/runner/host/host-life.ts'
import type { HostLink, LinkListener } from '../../../../core/runner/host/host-link.ts'
import { hostNodeId } from '../../../../core/runner/host/host-node.ts'
import { defaultDeadlines } from '../../../../core/runner/host/host-session.ts'
import type { ToHost } from '../../../../core/runner/host/link-messages.ts'
import type { HostExit, Spawner } from '../../../../core/runner/host/spawner.ts'
import { rejectionFinding } from '../../../../core/runner/rejection-finding.ts'
import { createTaskRunner, type TaskRunner } from '../../../../core/runner/task-runner.ts'
import { createFakeTime, type FakeTime } from '../../../support/fake-time.ts'
import { type EventReader, readEvents } from '../harness.ts'

const source = sourceId('test')
const breakpoint: Breakpoint = { id: 'marked', on: { kind: 'checkpoint', label: 'marked' } }
const limits = { link: { address: '', token: '' }, launch: { entry: '', args: [], env: {}, cwd: '', name: 'test' } }

/** Who holds the tasks that come to a checkpoint labelled `marked`. */
export const breakpointName = ownerName(breakpointActor(breakpoint))

export interface HostedRunner extends EventReader {
  readonly time: FakeTime
  readonly events: readonly TaskEvent[]
  /** The one in the process that lives now. */
  runner(): TaskRunner
  /** Sends a control through the owner and returns its id. */
  control(target: string, command: ControlVerb, by?: Actor): string
  /** The owners of the holds on a task, oldest first. */
  holders(id: string): string[]
  /** How many rejections that nobody handled were told under a task. */
  rejectionsOf(id: string): number
  /** What the process hears when a promise was rejected and nobody handled it. */
  unhandled(reason: unknown): void
  /** The process dies of an uncaught error. Resolves when the next one runs. */
  crash(): Promise<void>
  /** Lets everything unwind and ends the process. */
  close(): Promise<void>
}

export async function hostRunner(): Promise<HostedRunner> {
  const time = createFakeTime()
  const events: TaskEvent[] = []
  const relay = createEventRelay(source, time, (event) => void events.push(event))
  const read = readEvents(events)
  const start = async (): Promise<{ readonly process: FakeProcess; readonly life: HostLife }> => {
    const process = new FakeProcess(time)
    const life = startLife({
      relay,
      clock: time,
      timers: time,
      cells: { entry: '', thread: '', path: '' },
      session: {
        moduleName: 'm.ts',
        launch: limits.launch,
        spawner: process.spawner,
        link: process.link,
        timers: time,
        deadlines: defaultDeadlines,
        bundle: Promise.resolve({ ok: true, url: 'file:///m.mjs', inputs: [] }),
        breakpoints: () => [breakpoint],
      },
    })
    await life.loaded
    return { process, life }
  }
  let current = await start()
  let controls = 0

  return {
    ...read,
    time,
    events,
    runner: () => current.process.runner,
    control(target, command, by = { kind: 'person' }) {
      controls += 1
      const id = controlId(`control-${controls}`)
      current.life.control({ id, target: nodeKey(source, target as NodeId), by, requestedAt: time.now(), command })
      return id
    },
    holders(id) {
      const holders = new Map<string, string>()
      for (const event of events) {
        if (event.kind === 'task.hold' && event.id === id) holders.set(event.hold.id, ownerName(event.hold.owner))
        if (event.kind === 'task.released' && event.id === id) holders.delete(event.holdId)
        if (event.kind === 'task.state' && event.id === id && event.outcome !== undefined) holders.clear()
      }
      return [...holders.values()]
    },
    rejectionsOf: (id) =>
      read.of('finding').filter(({ finding: { rule, node } }) => rule === 'unhandled-rejection' && node === id).length,
    unhandled: (reason) => void current.process.runner.emit(rejectionFinding(reason, hostNodeId)),
    async crash() {
      current.process.die('crash')
      await current.life.ended
      current = await start()
    },
    async close() {
      current.life.close('the test is over')
      await current.life.ended
    },
  }
}

function ownerName(owner: Actor): string {
  return owner.name ?? actorText(owner)
}

/** What an owner can see of a process: a link that talks, and an exit. Its timers die with it. */
class FakeProcess {
  readonly runner: TaskRunner
  readonly #timers = new Set<Dispose>()
  #listener: LinkListener | undefined
  #exited: ((exit: HostExit) => void) | undefined

  readonly link: HostLink = {
    reserve: async (listener) => {
      this.#listener = listener
      return { ...limits.link, release: async () => undefined }
    },
  }

  readonly spawner: Spawner = {
    spawn: () => {
      // As over a real link, nothing is heard in the turn in which it is said.
      const send = (message: ToHost): void => queueMicrotask(() => this.#take(message))
      queueMicrotask(() => this.#listener?.connected({ send, close: () => {} }, 1))
      return {
        pid: 1,
        onOutput: () => () => {},
        onExit: (exited) => {
          this.#exited = exited
          return () => {}
        },
        kill: () => this.die('crash'),
      }
    },
  }

  constructor(time: FakeTime) {
    this.runner = createTaskRunner({
      source,
      sink: (event) => this.#listener?.message({ type: 'batch', entries: [{ event }] }),
      clock: time,
      timers: { after: (delayMs, callback) => this.#timer(time, delayMs, callback) },
      breakpoints: [breakpoint],
      acknowledges: false,
    })
  }

  die(how: 'crash' | 'closed'): void {
    const listener = this.#listener
    if (listener === undefined) return
    this.runner.flush()
    listener.message({ type: 'ending', how, error: { name: 'Error', message: 'uncaught' } })
    this.#listener = undefined
    // A crash leaves its clocks to the system; an orderly end has to have stopped them.
    if (how === 'crash') for (const cancel of this.#timers) cancel()
    listener.closed()
    this.#exited?.({ code: how === 'crash' ? 1 : 0, signal: undefined })
  }

  #take(message: ToHost): void {
    if (this.#listener === undefined) return
    switch (message.type) {
      case 'load':
        this.#listener?.message({ type: 'loaded', tasks: [] })
        return
      case 'control':
        this.runner.control(message.request)
        return
      case 'close':
        void this.runner.close(message.reason).then(() => this.die('closed'))
        return
      default:
    }
  }

  #timer(time: FakeTime, delayMs: number, callback: () => void): Dispose {
    const cancel = time.after(delayMs, () => {
      this.#timers.delete(dispose)
      callback()
    })
    const dispose = (): void => {
      this.#timers.delete(dispose)
      cancel()
    }
    this.#timers.add(dispose)
    return dispose
  }
}
