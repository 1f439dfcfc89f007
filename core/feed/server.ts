/**
 * The registry's end of the feed: greets viewers, sends each what it lacks as fast as it acknowledges, and takes their
 * controls. Every viewer is on its own; one that is slow or talks nonsense bothers nobody else.
 */

import { assertNever } from '../model/assert.ts'
import type { Timers } from '../model/clock.ts'
import type { Dispose } from '../model/dispose.ts'
import { sourceId } from '../model/identity.ts'
import type { Port } from '../model/port.ts'
import type { ControlRouter } from '../registry/control-router.ts'
import type { Registry } from '../registry/registry.ts'
import type { AppStatus } from './app-status.ts'
import { type DownMessage, feedVersion, type UpMessage } from './protocol.ts'
import { parseUpMessage } from './up-message.ts'
import { Viewer } from './viewer.ts'

/** The status is sent this often while somebody looks, milliseconds. */
const statusIntervalMs = 1000

/** So many messages of one viewer may be refused; then it talks to a wall. */
const maxRefusals = 20

export interface FeedServerOptions {
  readonly registry: Registry
  readonly router: Pick<ControlRouter, 'control'>
  readonly status: () => AppStatus
  /** Another one per start of the process: rows of two epochs have nothing to do with each other. */
  readonly epoch: string
  readonly timers: Timers
}

export interface SlowFrames {
  readonly count: number
  readonly longestMs: number
}

export interface FeedServer {
  /** Serves a viewer until it goes or is disposed. */
  connect(port: Port<UpMessage, DownMessage>): Dispose
  /** Sends the status soon rather than with the next second. */
  statusChanged(): void
  readonly viewers: number
  /** Rows that have changed and were not sent yet, of all viewers. */
  readonly rowsWaiting: number
  /** What viewers told of frames that took longer than 50 ms, all together. */
  readonly slowFrames: SlowFrames
  close(): void
}

export function createFeedServer(options: FeedServerOptions): FeedServer {
  const { registry, router, status, epoch, timers } = options
  const connections = new Set<Dispose>()
  const viewers = new Set<Viewer>()
  let disarmStatus: Dispose | undefined
  let slowFrames: SlowFrames = { count: 0, longestMs: 0 }

  const stopObserving = registry.observe({
    changed(key) {
      for (const viewer of viewers) viewer.rowChanged(key)
    },
    detailChanged(key) {
      for (const viewer of viewers) viewer.detailChanged(key)
    },
    removed(key) {
      for (const viewer of viewers) viewer.rowChanged(key)
    },
    traceChanged(traceId) {
      for (const viewer of viewers) viewer.traceChanged(traceId)
    },
  })

  function statusChanged(): void {
    for (const viewer of viewers) viewer.statusChanged()
  }

  function armStatus(): void {
    disarmStatus ??= timers.after(statusIntervalMs, () => {
      disarmStatus = undefined
      statusChanged()
      if (viewers.size > 0) armStatus()
    })
  }

  function connect(port: Port<UpMessage, DownMessage>): Dispose {
    const viewer = new Viewer({ registry, status, timers, post: (message) => port.post(message) })
    let refusals = 0
    const stopMessages = port.onMessage(receive)
    const stopClose = port.onClose(disconnect)
    connections.add(disconnect)

    function receive(value: unknown): void {
      const parsed = parseUpMessage(value)
      if (parsed.ok) handle(parsed.message)
      else if (refusals < maxRefusals) {
        refusals += 1
        port.post({ type: 'refused', text: `message refused: ${parsed.error}` })
      }
    }

    function handle(message: UpMessage): void {
      if (message.type === 'hello') greet(message.version)
      else if (viewers.has(viewer)) serve(message)
    }

    function serve(message: Exclude<UpMessage, { type: 'hello' }>): void {
      switch (message.type) {
        case 'ack':
          viewer.acknowledge(message.n)
          break
        case 'watch':
          viewer.watch(message)
          break
        case 'control':
          router.control(message.request)
          break
        case 'clearFinished':
          registry.clearFinished(message.source === undefined ? undefined : sourceId(message.source))
          break
        case 'slowFrames':
          slowFrames = {
            count: slowFrames.count + message.count,
            longestMs: Math.max(slowFrames.longestMs, message.longestMs),
          }
          break
        default:
          assertNever(message)
      }
    }

    function greet(version: number): void {
      if (version !== feedVersion) {
        const text = `this viewer speaks version ${version} of the feed, the application version ${feedVersion}`
        port.post({ type: 'incompatible', version: feedVersion, text })
        disconnect()
        return
      }
      viewers.add(viewer)
      port.post({ type: 'hello', version: feedVersion, epoch })
      viewer.start()
      armStatus()
    }

    function disconnect(): void {
      connections.delete(disconnect)
      viewers.delete(viewer)
      viewer.close()
      stopMessages()
      stopClose()
      if (viewers.size > 0) return
      disarmStatus?.()
      disarmStatus = undefined
    }

    return disconnect
  }

  return {
    connect,
    statusChanged,
    get rowsWaiting() {
      let rows = 0
      for (const viewer of viewers) rows += viewer.waiting
      return rows
    },
    get slowFrames() {
      return slowFrames
    },
    get viewers() {
      return viewers.size
    },
    close() {
      stopObserving()
      for (const disconnect of [...connections]) disconnect()
    },
  }
}
