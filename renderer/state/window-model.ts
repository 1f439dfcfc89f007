/**
 * The window's memory and its only hand: binds a feed and the bridge to one store and holds every action that
 * changes it. Components read by the hooks of `hooks.ts` and act by these functions; nothing else writes the store.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AppCommandName, AppCommands, CommandResult, TaskscopeBridge } from '../../core/feed/app-commands.ts'
import type { FeedState, RowChange } from '../../core/feed/client.ts'
import { you } from '../../core/model/actor.ts'
import type { ControlRequest, ControlVerb } from '../../core/model/control.ts'
import type { Dispose } from '../../core/model/dispose.ts'
import { type ControlId, controlId, type NodeKey, type SourceId } from '../../core/model/identity.ts'
import { isTaskRow, type TaskRow } from '../../core/model/row.ts'
import type { StateFace } from '../icons/state-face.ts'
import type { Bucket } from './measure.ts'
import { remember, remembered } from './remembered.ts'
import { createRowIndex, type RowIndex } from './row-index.ts'
import { createSecondClock, type SecondClock } from './second-clock.ts'
import type { ViewFeed } from './view-feed.ts'
import {
  type Connection,
  type DialogRequest,
  type FrameFocus,
  initialState,
  type Panes,
  type Sort,
  type SpanFocus,
  type Toast,
  type TraceViewState,
  type WindowState,
} from './window-state.ts'

export interface WindowModelOptions {
  /** Absent outside the app: then commands of the application answer that they are not at hand. */
  readonly bridge?: TaskscopeBridge | undefined
  readonly wall?: () => number
  readonly after?: (delayMs: number, callback: () => void) => Dispose
  readonly newId?: () => string
}

/** So long a trace goes on coming after nobody looks at it any more, milliseconds. */
const traceGraceMs = 500

/** How many details are kept beside the one on screen, so that going back shows something at once. */
const keptDetails = 8

export interface WindowModel {
  readonly store: StoreApi<WindowState>
  readonly index: RowIndex
  readonly clock: SecondClock
  readonly bridge: TaskscopeBridge | undefined
  /** Shows another feed; the one before is closed. */
  attach(feed: ViewFeed): void
  /** Changed rows of each applied frame, for those who follow rows by themselves. */
  onChange(listener: (change: RowChange) => void): Dispose
  /** Keeps the detail of a node coming; the latest wish that is still held wins. */
  watchDetail(key: NodeKey): Dispose
  watchLanes(keys: readonly NodeKey[]): void
  /** Keeps the whole trace of this id coming; the latest wish that is still held wins. */
  watchTrace(traceId: string): Dispose
  /** Selects the task and shows it in its trace, at a time if one is given. */
  focusSpan(focus: SpanFocus): void
  /** Shows a frame among those of its row. */
  focusFrame(focus: FrameFocus): void
  /** Changes how a trace is looked at; a look at another trace starts anew. */
  changeTraceView(traceId: string, change: Partial<Omit<TraceViewState, 'traceId'>>): void
  /** Sends a control and returns its id. What becomes of it shows in rows and details. */
  send(target: NodeKey, command: ControlVerb, reason?: string): ControlId
  /** Requests of this window by id, oldest first; bounded. */
  onSent(listener: (request: ControlRequest) => void): Dispose
  /** Asks the application for something; a failure is shown as a message unless `quiet`. */
  invoke<Name extends AppCommandName>(
    name: Name,
    input: AppCommands[Name]['input'],
    options?: { readonly quiet?: boolean },
  ): Promise<CommandResult<AppCommands[Name]['output']>>
  select(key: NodeKey | undefined): void
  setQuery(query: string): void
  toggleFace(face: StateFace): void
  showSource(source: SourceId | undefined): void
  setBucket(bucket: Bucket | undefined): void
  clearFilters(): void
  setArrangement(arrangement: WindowState['arrangement']): void
  setSort(sort: Sort | undefined): void
  toggle(keys: readonly string[]): void
  setAllCollapsed(collapsed: boolean): void
  setPanes(change: Partial<Panes>): void
  freeze(): void
  thaw(): void
  clearFinished(source?: SourceId): void
  open(dialog: DialogRequest): void
  closeDialog(): void
  say(toast: Omit<Toast, 'id'>): string
  dismiss(id: string): void
  dispose(): void
}

function pageTimer(delayMs: number, callback: () => void): Dispose {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

function rememberedPanes(): Panes {
  const value = remembered('panes')
  const kept: Partial<Record<keyof Panes, unknown>> = typeof value === 'object' && value !== null ? value : {}
  return {
    sources: kept.sources === 'rail' ? 'rail' : 'open',
    detail: kept.detail === 'bottom' || kept.detail === 'closed' ? kept.detail : 'right',
    timeline: kept.timeline === 'collapsed' ? 'collapsed' : 'open',
  }
}

function connectionOf({ state }: FeedState): Connection {
  switch (state) {
    case 'connecting':
    case 'loading':
      return 'waiting'
    case 'live':
      return 'live'
    case 'closed':
      return 'lost'
    case 'incompatible':
      return 'incompatible'
  }
}

export function createWindowModel(options: WindowModelOptions = {}): WindowModel {
  const wall = options.wall ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const after = options.after ?? pageTimer
  const { bridge } = options
  const store = createStore<WindowState>(() => ({
    ...initialState(new Map()),
    arrangement: remembered('arrangement') === 'flat' ? 'flat' : 'tree',
    panes: rememberedPanes(),
  }))
  const index = createRowIndex()
  const clock = createSecondClock({ wall, after })
  const changeListeners = new Set<(change: RowChange) => void>()
  const sentListeners = new Set<(request: ControlRequest) => void>()
  const detailWishes: { readonly key: NodeKey }[] = []
  const traceWishes: { readonly traceId: string }[] = []
  let lanes: readonly NodeKey[] = []
  let feed: ViewFeed | undefined
  let unbind: Dispose = () => undefined
  let lingering: string | undefined
  let endGrace: Dispose = () => undefined
  /** Whether something was ever selected. */
  let met = false

  function watch(): void {
    const { selection } = store.getState()
    const detail = detailWishes.at(-1)?.key ?? selection
    const trace = traceWishes.at(-1)?.traceId ?? lingering
    if (store.getState().trace?.traceId !== trace) store.setState({ trace: undefined })
    feed?.watch({
      lanes,
      ...(detail === undefined ? {} : { detail }),
      ...(trace === undefined ? {} : { trace }),
    })
  }

  function applied(change: RowChange): void {
    if (feed === undefined) return
    if (change.reset) index.reset(feed.rows)
    else index.apply(feed.rows, change.changed, change.removed)
    const state = store.getState()
    const gone = state.selection !== undefined && !feed.rows.has(state.selection)
    if (!met) meet(feed)
    store.setState({
      tick: state.tick + 1,
      structure: change.structural || change.reset ? state.structure + 1 : state.structure,
      lastEventAt: wall(),
      ...(gone ? { selection: undefined } : {}),
    })
    if (gone) watch()
    for (const listener of changeListeners) listener(change)
  }

  /** The first task that is ever seen is selected, so that a new window has something to tell in every pane. */
  function meet({ rows }: ViewFeed): void {
    let first: TaskRow | undefined
    for (const row of rows.values()) {
      if (row.node === 'task' && isTaskRow(row) && (first === undefined || row.ord < first.ord)) first = row
    }
    if (first !== undefined) select(first.key)
  }

  function select(key: NodeKey | undefined): void {
    met = true
    if (store.getState().selection === key) return
    store.setState({ selection: key })
    watch()
  }

  function bind(next: ViewFeed): Dispose {
    const ends = [
      next.onChange(applied),
      next.onDetail((key, detail) => {
        const details = new Map(store.getState().details)
        details.delete(key)
        if (detail !== undefined) details.set(key, detail)
        for (const old of details.keys()) {
          if (details.size <= keptDetails) break
          details.delete(old)
        }
        store.setState({ details })
      }),
      next.onLanes(() => store.setState({ lanes: new Map(next.lanes) })),
      next.onTrace((trace) => store.setState({ trace })),
      next.onStatus((status) => store.setState({ status })),
      next.onState((state) => store.setState({ connection: connectionOf(state) })),
      next.onFreeze(() => store.setState({ waiting: next.waiting })),
      next.onRefused((text) =>
        say({ tone: 'error', text: 'This window asked for something it may not ask', detail: text }),
      ),
    ]
    return () => {
      for (const end of ends) end()
      next.close()
    }
  }

  function say(toast: Omit<Toast, 'id'>): string {
    const id = newId()
    store.setState(({ toasts }) => {
      const others = toasts.filter(({ about }) => about === undefined || about !== toast.about)
      return { toasts: [...others.slice(-2), { ...toast, id }] }
    })
    return id
  }

  return {
    store,
    index,
    clock,
    bridge,
    attach(next) {
      unbind()
      feed = next
      unbind = bind(next)
      index.reset(next.rows)
      store.setState(({ structure }) => ({
        rows: next.rows,
        structure: structure + 1,
        connection: connectionOf(next.state),
        frozenAt: undefined,
      }))
      clock.release()
      watch()
    },
    onChange(listener) {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
    watchDetail(key) {
      const wish = { key }
      detailWishes.push(wish)
      watch()
      return () => {
        const place = detailWishes.indexOf(wish)
        if (place >= 0) detailWishes.splice(place, 1)
        watch()
      }
    },
    watchLanes(keys) {
      lanes = keys
      watch()
    },
    watchTrace(traceId) {
      const wish = { traceId }
      traceWishes.push(wish)
      watch()
      return () => {
        const place = traceWishes.indexOf(wish)
        if (place >= 0) traceWishes.splice(place, 1)
        // Whoever looks at the same trace next (another task of it, the pane elsewhere) finds it still there.
        endGrace()
        lingering = traceId
        endGrace = after(traceGraceMs, () => {
          lingering = undefined
          watch()
        })
      }
    },
    focusSpan(focus) {
      select(focus.task)
      remember('detail.tab', 'spans')
      store.setState(({ panes }) => ({
        spanFocus: focus,
        panes: panes.detail === 'closed' ? { ...panes, detail: 'right' } : panes,
      }))
    },
    focusFrame(focus) {
      remember('detail.tab', 'frames')
      store.setState({ frameFocus: focus })
    },
    changeTraceView(traceId, change) {
      const { traceView } = store.getState()
      const known =
        traceView?.traceId === traceId
          ? traceView
          : { traceId, span: undefined, collapsed: new Set<string>(), chosen: undefined }
      store.setState({ traceView: { ...known, ...change } })
    },
    send(target, command, reason) {
      const request: ControlRequest = {
        id: controlId(newId()),
        target,
        by: you,
        requestedAt: wall(),
        command,
        ...(reason === undefined || reason === '' ? {} : { reason }),
      }
      for (const listener of sentListeners) listener(request)
      feed?.control(request)
      return request.id
    },
    onSent(listener) {
      sentListeners.add(listener)
      return () => sentListeners.delete(listener)
    },
    async invoke(name, input, { quiet = false } = {}) {
      const result: CommandResult<AppCommands[typeof name]['output']> =
        bridge === undefined ? { ok: false, error: 'The application is not at hand' } : await bridge.invoke(name, input)
      if (!result.ok && !quiet) {
        const { error: text, detail } = result
        say(detail === undefined ? { tone: 'error', text } : { tone: 'error', text, detail })
      }
      return result
    },
    select,
    setQuery: (query) => store.setState({ query }),
    toggleFace(face) {
      const faces = new Set(store.getState().faces)
      if (!faces.delete(face)) faces.add(face)
      store.setState({ faces })
    },
    showSource: (source) => store.setState({ source }),
    setBucket: (bucket) => store.setState({ bucket }),
    clearFilters: () => store.setState({ query: '', faces: new Set(), source: undefined, bucket: undefined }),
    setArrangement(arrangement) {
      remember('arrangement', arrangement)
      store.setState({ arrangement })
    },
    setSort: (sort) => store.setState({ sort }),
    toggle(keys) {
      const toggled = new Set(store.getState().toggled)
      for (const key of keys) if (!toggled.delete(key)) toggled.add(key)
      store.setState({ toggled })
    },
    setAllCollapsed: (allCollapsed) => store.setState({ allCollapsed, toggled: new Set() }),
    setPanes(change) {
      const panes = { ...store.getState().panes, ...change }
      remember('panes', panes)
      store.setState({ panes })
    },
    freeze() {
      const at = wall()
      feed?.freeze()
      clock.hold(at)
      store.setState({ frozenAt: at })
    },
    thaw() {
      store.setState({ frozenAt: undefined })
      clock.release()
      feed?.thaw()
    },
    clearFinished: (source) => feed?.clearFinished(source),
    open: (dialog) => store.setState({ dialog }),
    closeDialog: () => store.setState({ dialog: undefined }),
    say,
    dismiss: (id) => store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
    dispose() {
      endGrace()
      unbind()
      changeListeners.clear()
      sentListeners.clear()
    },
  }
}
