/**
 * A task module as a source. It owns the host process in which the module's tasks run: starts it, relays what it says,
 * tells its tasks an end when it dies, restarts it by policy, and ends it. User code never runs in this process.
 */
import { rm } from 'node:fs/promises'
import type { Capabilities } from '../../model/capability.ts'
import type { ControlRequest } from '../../model/control.ts'
import { parseNodeKey } from '../../model/identity.ts'
import type { Source } from '../../model/source.ts'
import { makeRunFolder } from '../../system/run-folder.ts'
import { createEventRelay } from './event-relay.ts'
import type { HostLife } from './host-life.ts'
import { hostNodeId } from './host-node.ts'
import { defaultHostIntensity, defaultHostPeriodMs, type HostOptions } from './host-options.ts'
import { defaultDeadlines, type Loaded } from './host-session.ts'
import { keepBreakpoints } from './kept-breakpoints.ts'
import { createSupervisedHost } from './supervised-host.ts'
import { createTaskMemory } from './task-memory.ts'

export type { HostEntries, HostOptions } from './host-options.ts'
export { defaultDeadlines, type HostDeadlines, type Loaded } from './host-session.ts'

export interface HostSource extends Source {
  /** How the first opening went. */
  readonly opened: Promise<Loaded>
}

const capabilities: Capabilities = {
  start: true,
  freeze: true,
  thaw: true,
  takeStack: true,
  stop: true,
  restart: true,
  kill: true,
  crash: true,
  suspend: true,
  resume: true,
  setBreakpoint: true,
  removeBreakpoint: true,
}

const notRunning = 'the host is not running'

/** Starts the host at once; what becomes of it arrives as events, and `opened` tells about the first time. */
export function openHost(options: HostOptions): HostSource {
  const memory = createTaskMemory()
  const breakpoints = keepBreakpoints(options.breakpoints ?? [])
  const relay = createEventRelay(options.source, options.clock, (event) => {
    memory.note(event)
    options.sink(event)
    if (breakpoints.note(event)) tellBreakpoints()
  })
  const tellBreakpoints = (): void =>
    relay.emit({ kind: 'node.changed', id: hostNodeId, breakpoints: breakpoints.list() })
  const folder = makeRunFolder('module')
  const host = createSupervisedHost(options, relay, folder, breakpoints.list)
  let closing: Promise<void> | undefined
  /** Starts and ends that were asked for follow one another. */
  let queue: Promise<void> = Promise.resolve()

  const carryOut = async ({ id: control, by, reason, command }: ControlRequest): Promise<void> => {
    const refuse = (why: string): void => relay.emit({ kind: 'control.refused', control, reason: why })
    const effective = (effect: string): void => relay.emit({ kind: 'control.effective', control, effect })
    if (closing !== undefined) refuse('it is being closed')
    else if (command.verb === 'restart') {
      const cost = host.life() === undefined ? 'started' : await host.stop(reason ?? 'restarted', by)
      if (closing !== undefined) {
        refuse('it is being closed')
        return
      }
      const loaded = await host.start()
      if (loaded.ok) effective(cost)
      else refuse(loaded.failure.text)
    } else if (host.life() === undefined) refuse(notRunning)
    else if (command.verb === 'crash') effective(await host.crash(by))
    else effective(command.verb === 'kill' ? await host.kill(by) : await host.stop(reason ?? 'stopped', by))
  }

  /** Gives `true` for a control of a breakpoint that needs no process, or must not reach one. */
  const takeBreakpoint = (request: ControlRequest, life: HostLife | undefined): boolean => {
    const kept = breakpoints.control(request)
    if (kept === undefined) return false
    const { refusal } = kept
    const control = request.id
    if (refusal === undefined) tellBreakpoints()
    if (refusal === undefined && life !== undefined) return false
    relay.emit({ kind: 'control.acknowledged', control })
    if (refusal !== undefined) relay.emit({ kind: 'control.refused', control, reason: refusal })
    else relay.emit({ kind: 'control.effective', control, effect: 'kept for its next start' })
    return true
  }

  relay.emit({
    kind: 'node.opened',
    id: hostNodeId,
    node: 'host',
    name: options.name,
    status: 'opening',
    facts: {
      path: options.modulePath,
      restarts: 0,
      intensity: options.intensity ?? defaultHostIntensity,
      periodMs: options.periodMs ?? defaultHostPeriodMs,
    },
    capabilities,
  })
  if (breakpoints.list().length > 0) tellBreakpoints()
  const opened = host.start()

  return {
    id: options.source,
    opened,
    control(request) {
      const { verb } = request.command
      const target = parseNodeKey(request.target).id
      const own = verb === 'stop' || verb === 'restart' || verb === 'kill' || verb === 'crash'
      if (own && target === hostNodeId) {
        relay.emit({ kind: 'control.acknowledged', control: request.id })
        queue = queue.then(() => carryOut(request))
        return
      }
      const life = host.life()
      if (target === hostNodeId && takeBreakpoint(request, life)) return
      if (life === undefined) {
        relay.emit({ kind: 'control.refused', control: request.id, reason: notRunning })
        return
      }
      // The watchdog acknowledges what goes to its process: here nobody could speak in its name.
      const recalled = verb === 'retry' ? memory.recall(target) : undefined
      if (recalled?.known !== true || recalled.present) life.control(request)
      else if (recalled.task !== undefined) life.control(request, recalled.task)
      else relay.emit({ kind: 'control.refused', control: request.id, reason: 'its input was not kept whole' })
    },
    close(reason) {
      closing ??= (async () => {
        const { leaveMs } = { ...defaultDeadlines, ...options.deadlines }
        const calmDown = options.timers.after(leaveMs, () => void host.kill({ kind: 'program', name: 'its owner' }))
        await host.stop(reason)
        calmDown()
        await queue
        host.stopWatching()
        await rm(await folder, { recursive: true, force: true })
      })()
      return closing
    },
  }
}
