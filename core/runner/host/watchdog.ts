/**
 * The part of a host that always answers. It runs in a worker thread and owns the link: it acknowledges controls,
 * notices a blocked event loop, and stops the main thread on request, all while the main thread is busy or stands
 * still. It never runs code of the module.
 */
import { connect, type Socket } from 'node:net'
import type { Clock, Timers } from '../../model/clock.ts'
import type { TaskEventBody } from '../../model/event.ts'
import type { ControlId, NodeKey } from '../../model/identity.ts'
import type { StackFrame } from '../../model/stack.ts'
import { createLineDecoder, decodeLine, encodeLine } from '../../system/line-framing.ts'
import { hostNodeId } from './host-node.ts'
import { type FromHost, linkVersion, parseToHost, type ToHost } from './link-messages.ts'
import { createLoopMonitor } from './loop-monitor.ts'
import { createMainThreadDebugger } from './main-thread-debugger.ts'
import { createMainVisits } from './main-visits.ts'
import { createStackMapper } from './mapped-stack.ts'
import { watchMemory } from './memory-watch.ts'
import { createSharedState } from './shared-state.ts'
import { type FromWatchdog, type ToWatchdog, visitHook, type WatchdogData } from './watchdog-messages.ts'

/** Messages that wait for a main thread that stands still; more are refused. */
const maxHeldMessages = 10_000
/** A main thread that does not end by itself when its owner is gone is ended after this long. */
const orphanGraceMs = 1000

export interface WatchdogOptions {
  readonly data: WatchdogData
  readonly clock: Clock
  readonly timers: Timers
  /** URL of the folder of the host's own code; its frames are not shown. */
  readonly ownFolder: string
}

export function startWatchdog({ data, clock, timers, ownFolder }: WatchdogOptions): void {
  const { port } = data
  const shared = createSharedState(data.shared)
  const mainThread = createMainThreadDebugger(timers, ownFolder)
  const socket = connect(data.address)
  let bundleUrl: string | undefined
  let frozen = false
  let held: FromWatchdog[] = []
  const mapper = createStackMapper(ownFolder, () => bundleUrl)

  const send = (message: FromHost): void => void socket.write(encodeLine(message))
  const fact = (body: TaskEventBody): void =>
    send({ type: 'batch', entries: [{ fact: body, at: clock.now(), uncounted: true }] })
  const visits = createMainVisits({
    timers,
    shared,
    askTurn: (question) => port.postMessage({ type: 'turn', question } satisfies FromWatchdog),
    visit: (isBusy) => mainThread.evaluate(`globalThis[Symbol.for('${visitHook}')]()`, isBusy),
  })
  const post = (message: FromWatchdog): void => {
    port.postMessage(message)
    const isControl = message.type === 'control' && !isHostNode(message.request.target)
    if (isControl || (message.type === 'cellTold' && shared.placeControls() > 0)) visits.posted()
  }
  const toMain = (message: FromWatchdog): void => {
    if (frozen) held.push(message)
    else post(message)
  }
  const monitor = createLoopMonitor({
    clock,
    timers,
    ping: () => port.postMessage({ type: 'ping' } satisfies FromWatchdog),
    report: (blockedMs) => fact({ kind: 'node.changed', id: hostNodeId, facts: { loopBlockedMs: blockedMs ?? null } }),
  })

  const standStill = async (): Promise<readonly StackFrame[] | undefined> => {
    const stack = await mainThread.pause()
    return stack === undefined ? undefined : mapper.map(stack)
  }
  const freeze = async (control: ControlId): Promise<void> => {
    frozen = true
    monitor.rest()
    const stack = await standStill()
    if (stack === undefined) refuse(control, 'it was thawed before it stood still')
    else send({ type: 'frozen', control, stack })
  }
  const thaw = (): void => {
    frozen = false
    mainThread.resume()
    const waiting = held
    held = []
    for (const message of waiting) post(message)
    monitor.resume()
  }
  const takeStack = async (control: ControlId | undefined): Promise<void> => {
    const stack = await standStill()
    if (!frozen) mainThread.resume()
    if (stack !== undefined) send({ type: 'stackTaken', ...(control === undefined ? {} : { control }), stack })
    else if (control !== undefined) refuse(control, 'it went on before it stood still')
  }
  const refuse = (control: ControlId, reason: string): void => fact({ kind: 'control.refused', control, reason })

  const takeControl = (message: Extract<ToHost, { readonly type: 'control' }>): void => {
    const { request } = message
    fact({ kind: 'control.acknowledged', control: request.id })
    switch (request.command.verb) {
      case 'freeze':
        if (frozen) refuse(request.id, 'it is frozen already')
        else void freeze(request.id)
        return
      case 'thaw':
        if (!frozen) {
          refuse(request.id, 'it is not frozen')
          return
        }
        thaw()
        send({ type: 'thawed', control: request.id })
        return
      case 'takeStack':
        void takeStack(request.id)
        return
      default:
        if (held.length >= maxHeldMessages) refuse(request.id, `${maxHeldMessages} controls wait for it already`)
        else toMain(message)
    }
  }
  const take = (message: ToHost): void => {
    switch (message.type) {
      case 'welcome':
        send({ type: 'clock', sent: message.sent, now: clock.now() })
        return
      case 'load':
        bundleUrl = message.url
        toMain({ type: 'load', url: message.url, breakpoints: message.breakpoints })
        return
      case 'control':
        takeControl(message)
        return
      case 'takeStack':
        void takeStack(undefined)
        return
      case 'cellTold':
        toMain(message)
        return
      case 'cellData':
      case 'cellStop':
      case 'cellGo':
      case 'cellNow':
        // Only the process of one task is told such.
        return
      case 'acknowledged':
        shared.setAcknowledged(message.entries)
        if (shared.creditWanted()) toMain({ type: 'credit' })
        return
      case 'close':
        if (frozen) thaw()
        toMain({ type: 'close', reason: message.reason })
        return
    }
  }

  port.on('message', (message: ToWatchdog) => {
    switch (message.type) {
      case 'line':
        return void socket.write(message.line)
      case 'pong':
        return monitor.pong()
      case 'flush':
        // Only what the owner has read is safe: its own next write to an end that is gone would throw away the rest.
        socket.once('close', () => shared.setFlushed())
        visits.close()
        return void socket.end()
    }
  })
  // The greeting is the first thing the owner may hear.
  socket.once('connect', () => {
    send({ type: 'hello', version: linkVersion, token: data.token, pid: process.pid })
    monitor.resume()
    watchMemory(timers, (memoryMb) => fact({ kind: 'node.changed', id: hostNodeId, facts: { memoryMb } }))
  })
  readLines(socket, take)
  socket.once('close', () => {
    if (frozen) thaw()
    visits.close()
    port.postMessage({ type: 'orphaned' } satisfies FromWatchdog)
    // A blocked main thread cannot hear that. From a worker thread only a signal ends the whole process.
    timers.after(orphanGraceMs, () => process.kill(process.pid, 'SIGKILL'))
  })
}

function readLines(socket: Socket, take: (message: ToHost) => void): void {
  const decoder = createLineDecoder()
  socket.on('data', (chunk) => {
    for (const line of decoder.push(chunk)) {
      const message = parseToHost(decodeLine(line))
      if (message === undefined) throw new Error(`an unknown message from the owner of this host: ${line.slice(0, 80)}`)
      take(message)
    }
  })
  // What happened is of no use here; `close` follows and ends the host.
  socket.on('error', () => undefined)
}

function isHostNode(target: NodeKey): boolean {
  return target.endsWith(`/${hostNodeId}`)
}
