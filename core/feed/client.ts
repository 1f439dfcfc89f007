/**
 * The viewer's end of the feed. Keeps one Map of rows that is never copied: what arrives is applied once per frame,
 * acknowledged, and told to listeners as the keys that changed. While the view is frozen, rows wait in a second Map,
 * newest picture per key, so a long freeze costs no more than the rows themselves.
 */
import type { Timers } from '../model/clock.ts'
import type { ControlRequest } from '../model/control.ts'
import type { Detail, Lane } from '../model/detail.ts'
import type { Dispose } from '../model/dispose.ts'
import type { NodeKey, SourceId } from '../model/identity.ts'
import type { Port } from '../model/port.ts'
import type { Row } from '../model/row.ts'
import type { Trace } from '../model/trace.ts'
import type { AppStatus } from './app-status.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { type DownMessage, feedVersion, type UpMessage } from './protocol.ts'
import { type RowChange, RowMirror } from './row-mirror.ts'
import { TraceMirror } from './trace-mirror.ts'

export type { RowChange } from './row-mirror.ts'

/** `requestAnimationFrame` in a page, a timer elsewhere. */
export interface FrameScheduler {
  /** Calls `callback` once with the next frame unless disposed before. */
  frame(callback: () => void): Dispose
}

/** A page that is not shown gets no frames; then this often, in milliseconds, is enough. */
const hiddenIntervalMs = 1000

export type FeedState =
  /** No greeting yet. */
  | { readonly state: 'connecting' }
  /** Rows arrive for the first time, or anew. */
  | { readonly state: 'loading'; readonly done: number; readonly of: number }
  | { readonly state: 'live' }
  /** The application is of another version; nothing will arrive. */
  | { readonly state: 'incompatible'; readonly text: string }
  /** The port is gone; rows stay as they were. */
  | { readonly state: 'closed' }

export interface FeedClientOptions {
  readonly port: Port<DownMessage, UpMessage>
  readonly scheduler: FrameScheduler
  readonly timers: Timers
}

export interface FeedClient {
  /** The one Map, in no particular order; sort by `ord`. Never change it. */
  readonly rows: ReadonlyMap<NodeKey, Row>
  readonly state: FeedState
  readonly detail: Detail | undefined
  readonly lanes: ReadonlyMap<NodeKey, Lane>
  /** The watched trace as it is shown; `undefined` until something of it has arrived. */
  readonly trace: Trace | undefined
  readonly status: AppStatus | undefined
  readonly frozen: boolean
  /** Rows that changed since the view was frozen. */
  readonly waiting: number
  onChange(listener: (change: RowChange) => void): Dispose
  /** `detail` is `undefined` when the watched node is not known (any more). */
  onDetail(listener: (key: NodeKey, detail: Detail | undefined) => void): Dispose
  onLanes(listener: (changed: readonly NodeKey[]) => void): Dispose
  /** After each frame that brought something of the watched trace. */
  onTrace(listener: (trace: Trace) => void): Dispose
  onStatus(listener: (status: AppStatus) => void): Dispose
  onState(listener: (state: FeedState) => void): Dispose
  /** A message of this viewer was refused: a bug of the viewer, worth showing. */
  onRefused(listener: (text: string) => void): Dispose
  /** Frozen or not, and how much waits: after each frame in which one of them changed. */
  onFreeze(listener: () => void): Dispose
  /** What to get beside rows; replaces the wish before. At most 200 lanes. */
  watch(wish: { readonly detail?: NodeKey; readonly lanes?: readonly NodeKey[]; readonly trace?: string }): void
  control(request: ControlRequest): void
  clearFinished(source?: SourceId): void
  /** Tells of frames that took longer than 50 ms since this was last told. */
  tellSlowFrames(count: number, longestMs: number): void
  freeze(): void
  thaw(): void
  /** Goes on with another port; rows stay until the new snapshot says otherwise. */
  attach(port: Port<DownMessage, UpMessage>): void
  close(): void
}

export function createFeedClient(options: FeedClientOptions): FeedClient {
  const { scheduler, timers } = options
  const mirror = new RowMirror()
  const lanes = new Map<NodeKey, Lane>()
  const traceMirror = new TraceMirror()
  const onChange: Listeners<[RowChange]> = createListeners()
  const onDetail: Listeners<[NodeKey, Detail | undefined]> = createListeners()
  const onLanes: Listeners<[readonly NodeKey[]]> = createListeners()
  const onTrace: Listeners<[Trace]> = createListeners()
  const onStatus: Listeners<[AppStatus]> = createListeners()
  const onState: Listeners<[FeedState]> = createListeners()
  const onRefused: Listeners<[string]> = createListeners()
  const onFreeze: Listeners<[]> = createListeners()
  let port = options.port
  let epoch: string | undefined
  let state: FeedState = { state: 'connecting' }
  let detail: Detail | undefined
  let trace: Trace | undefined
  let traceNews = false
  let status: AppStatus | undefined
  let wish: Extract<UpMessage, { type: 'watch' }> = { type: 'watch', lanes: [] }
  let inbox: DownMessage[] = []
  let disarm: Dispose | undefined
  let detach: Dispose | undefined
  /** While frozen: the newest detail that is not shown yet. */
  let waitingDetail: { readonly key: NodeKey; readonly detail: Detail | undefined } | undefined

  function setState(next: FeedState): void {
    state = next
    onState.tell(next)
  }

  function schedule(): void {
    if (disarm !== undefined) return
    const cancelFrame = scheduler.frame(turn)
    const cancelTimer = timers.after(hiddenIntervalMs, turn)
    disarm = () => {
      cancelFrame()
      cancelTimer()
    }
  }

  function turn(): void {
    disarm?.()
    disarm = undefined
    const messages = inbox
    inbox = []
    const waitingBefore = mirror.waiting
    let newest: number | undefined
    for (const message of messages) {
      take(message)
      if ('n' in message) newest = message.n
    }
    const change = mirror.takeChange()
    if (change !== undefined) onChange.tell(change)
    showTrace()
    if (mirror.waiting !== waitingBefore) onFreeze.tell()
    if (newest !== undefined) port.post({ type: 'ack', n: newest })
  }

  function take(message: DownMessage): void {
    switch (message.type) {
      case 'hello':
        if (epoch !== undefined && epoch !== message.epoch) reset()
        epoch = message.epoch
        break
      case 'incompatible':
        setState({ state: 'incompatible', text: message.text })
        break
      case 'refused':
        onRefused.tell(message.text)
        break
      case 'snapshot': {
        mirror.snapshot(message.chunk, message.of, message.rows)
        const done = message.chunk + 1
        setState(done === message.of ? { state: 'live' } : { state: 'loading', done, of: message.of })
        break
      }
      case 'delta':
        mirror.delta(message.rows, message.removed)
        break
      case 'detail':
        takeDetail(message.key, message.detail)
        break
      case 'lanes':
        takeLanes(message.lanes)
        break
      case 'trace':
        if (traceMirror.take(message)) traceNews = true
        break
      case 'status':
        status = message.status
        onStatus.tell(status)
        break
    }
  }

  /** Another process answers now: nothing of what is known holds any more, a freeze least of all. */
  function reset(): void {
    mirror.reset()
    lanes.clear()
    detail = undefined
    waitingDetail = undefined
    traceMirror.clear()
    trace = undefined
    traceNews = false
    status = undefined
    onFreeze.tell()
  }

  function takeDetail(key: NodeKey, next: Detail | undefined): void {
    if (key !== wish.detail) return
    // A node that was chosen while the view is frozen is shown once, as it is now.
    if (mirror.frozen && detail?.key === key) waitingDetail = { key, detail: next }
    else {
      detail = next
      onDetail.tell(key, next)
    }
  }

  function takeLanes(news: readonly Lane[]): void {
    const wanted = news.filter((lane) => wish.lanes.includes(lane.key))
    for (const lane of wanted) lanes.set(lane.key, lane)
    if (!mirror.frozen) onLanes.tell(wanted.map((lane) => lane.key))
  }

  /** While frozen, a trace that is on screen stands still; one that was chosen since is shown once, when it is whole. */
  function showTrace(): void {
    const next = traceNews ? traceMirror.get() : undefined
    if (next === undefined || (mirror.frozen && trace !== undefined && !trace.loading)) return
    traceNews = false
    trace = next
    onTrace.tell(next)
  }

  function attach(next: Port<DownMessage, UpMessage>): void {
    detach?.()
    disarm?.()
    disarm = undefined
    inbox = []
    port = next
    const stopMessages = next.onMessage((message) => {
      inbox.push(message)
      schedule()
    })
    const stopClose = next.onClose(() => setState({ state: 'closed' }))
    detach = () => {
      stopMessages()
      stopClose()
    }
    if (state.state !== 'connecting') setState({ state: 'connecting' })
    next.post({ type: 'hello', version: feedVersion })
    next.post(wish)
  }

  function thaw(): void {
    if (!mirror.frozen) return
    mirror.thaw()
    const change = mirror.takeChange()
    if (waitingDetail !== undefined) takeDetail(waitingDetail.key, waitingDetail.detail)
    waitingDetail = undefined
    onFreeze.tell()
    if (change !== undefined) onChange.tell(change)
    if (lanes.size > 0) onLanes.tell([...lanes.keys()])
    showTrace()
  }

  attach(options.port)

  return {
    rows: mirror.rows,
    lanes,
    get state() {
      return state
    },
    get detail() {
      return detail
    },
    get trace() {
      return trace
    },
    get status() {
      return status
    },
    get frozen() {
      return mirror.frozen
    },
    get waiting() {
      return mirror.waiting
    },
    onChange: onChange.add,
    onDetail: onDetail.add,
    onLanes: onLanes.add,
    onTrace: onTrace.add,
    onStatus: onStatus.add,
    onState: onState.add,
    onRefused: onRefused.add,
    onFreeze: onFreeze.add,
    watch({ detail: key, lanes: keys = [], trace: traceId }) {
      if (key !== wish.detail) {
        detail = undefined
        waitingDetail = undefined
      }
      for (const known of lanes.keys()) if (!keys.includes(known)) lanes.delete(known)
      if (traceId !== wish.trace) {
        trace = undefined
        traceNews = false
        traceMirror.watch(traceId)
      }
      wish = {
        type: 'watch',
        lanes: keys,
        ...(key === undefined ? {} : { detail: key }),
        ...(traceId === undefined ? {} : { trace: traceId }),
      }
      port.post(wish)
    },
    control: (request) => port.post({ type: 'control', request }),
    tellSlowFrames: (slow, longestMs) => port.post({ type: 'slowFrames', count: slow, longestMs }),
    clearFinished: (source) => port.post({ type: 'clearFinished', ...(source === undefined ? {} : { source }) }),
    freeze() {
      if (mirror.frozen) return
      mirror.freeze()
      onFreeze.tell()
    },
    thaw,
    attach,
    close() {
      detach?.()
      disarm?.()
      disarm = undefined
      port.close()
    },
  }
}
