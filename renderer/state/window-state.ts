/** Everything that the window knows beside the rows themselves. Plain data; `window-model.ts` changes it. */
import type { AppSettings } from '../../core/feed/app-commands.ts'
import type { AppStatus } from '../../core/feed/app-status.ts'
import type { Detail, Lane } from '../../core/model/detail.ts'
import type { NodeKey, SourceId } from '../../core/model/identity.ts'
import type { Row } from '../../core/model/row.ts'
import type { ServerTarget } from '../../core/model/server-target.ts'
import type { Trace } from '../../core/model/trace.ts'
import type { WayToEnd } from '../dialogs/ending-plan.ts'
import type { StateFace } from '../icons/state-face.ts'
import type { Bucket } from './measure.ts'

/**
 * `waiting`: no snapshot yet. `lost`: the port closed; rows are kept and greyed. `incompatible`: the application is of
 * another version than this window.
 */
export type Connection = 'waiting' | 'live' | 'lost' | 'incompatible'

export type SortColumn = 'name' | 'state' | 'progress' | 'time' | 'source'

export interface Sort {
  readonly column: SortColumn
  readonly direction: 'ascending' | 'descending'
}

/** Where the panes are. `rail`: icons only. `collapsed`: head and minimap only. */
export interface Panes {
  readonly sources: 'open' | 'rail'
  readonly detail: 'right' | 'bottom' | 'closed'
  readonly timeline: 'open' | 'collapsed'
}

/** A dialog that is open, with what it is about. */
export type DialogRequest =
  /** End it: by a kill or a stop, or in the way that is named. */
  | { readonly kind: 'kill'; readonly target: NodeKey; readonly way?: WayToEnd }
  | { readonly kind: 'connect'; readonly launch?: ServerTarget }
  | { readonly kind: 'export' }
  /** Run one of a host's or server's offers; `input` is what the form starts from. */
  | { readonly kind: 'run'; readonly target: NodeKey; readonly offer?: string; readonly input?: unknown }
  /** The crash report of a failed task. */
  | { readonly kind: 'crash'; readonly target: NodeKey }
  | { readonly kind: 'settings' }
  | { readonly kind: 'about' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'palette' }

/** A place in a trace: a task's span, or what the task did at a time (milliseconds since the Unix epoch). */
export interface SpanFocus {
  readonly task: NodeKey
  readonly at?: number
  /** The very span, where it is known. */
  readonly spanId?: string
}

/** A frame of the conversation that a row was seen in. */
export interface FrameFocus {
  readonly row: NodeKey
  readonly seq: number
}

/** How a person looks at one trace. */
export interface TraceViewState {
  readonly traceId: string
  /** The stretch of time in view; all of it when absent. */
  readonly span: { readonly from: number; readonly to: number } | undefined
  /** Ids of spans whose children are hidden. */
  readonly collapsed: ReadonlySet<string>
  /** Id of the span below the waterfall. */
  readonly chosen: string | undefined
}

/** A message that leaves by itself. `undo` is the reverse of what it tells of. */
export interface Toast {
  readonly id: string
  readonly tone: 'success' | 'info' | 'error'
  readonly subject?: string
  readonly text: string
  readonly detail?: string
  /** The node it is about; a newer message about the same node takes its place. */
  readonly about?: NodeKey
  readonly undo?: () => void
}

export interface WindowState {
  /** The feed's own index, changed in place: read entries, never keep or copy it. */
  readonly rows: ReadonlyMap<NodeKey, Row>
  /** Grows with each applied frame. */
  readonly tick: number
  /** Grows when rows came, went or moved. */
  readonly structure: number
  readonly connection: Connection
  /** When the last frame was applied, milliseconds since the Unix epoch. */
  readonly lastEventAt: number | undefined
  readonly status: AppStatus | undefined
  readonly details: ReadonlyMap<NodeKey, Detail>
  readonly lanes: ReadonlyMap<NodeKey, Lane>
  /** The trace that somebody watches, as far as it has arrived. */
  readonly trace: Trace | undefined
  readonly selection: NodeKey | undefined
  /** Where a person jumped to in the trace; each jump is a new object. */
  readonly spanFocus: SpanFocus | undefined
  /** The frame that a finding led to; each jump is a new object. */
  readonly frameFocus: FrameFocus | undefined
  readonly traceView: TraceViewState | undefined
  /** While the view is frozen: since when. */
  readonly frozenAt: number | undefined
  /** Rows that changed since then. */
  readonly waiting: number
  readonly query: string
  /** Tasks that pass the filters. */
  readonly matches: number
  /** Only tasks with one of these faces; empty means all. */
  readonly faces: ReadonlySet<StateFace>
  /** Only tasks of this source. */
  readonly source: SourceId | undefined
  /** Only tasks within this bucket of a histogram. */
  readonly bucket: Bucket | undefined
  readonly arrangement: 'tree' | 'flat'
  readonly sort: Sort | undefined
  /** Nodes that a person opened or closed, against what is the default for them. */
  readonly toggled: ReadonlySet<string>
  /** Set by collapse all; then `toggled` holds those that are open. */
  readonly allCollapsed: boolean
  readonly panes: Panes
  readonly dialog: DialogRequest | undefined
  readonly toasts: readonly Toast[]
  readonly settings: AppSettings | undefined
}

/** Whether anything keeps tasks out of the tree. */
export function isFiltered({ query, faces, source, bucket }: WindowState): boolean {
  return query !== '' || faces.size > 0 || source !== undefined || bucket !== undefined
}

export function initialState(rows: ReadonlyMap<NodeKey, Row>): WindowState {
  return {
    rows,
    tick: 0,
    structure: 0,
    connection: 'waiting',
    lastEventAt: undefined,
    status: undefined,
    details: new Map(),
    lanes: new Map(),
    trace: undefined,
    selection: undefined,
    spanFocus: undefined,
    frameFocus: undefined,
    traceView: undefined,
    frozenAt: undefined,
    waiting: 0,
    query: '',
    matches: 0,
    faces: new Set(),
    source: undefined,
    bucket: undefined,
    arrangement: 'tree',
    sort: undefined,
    toggled: new Set(),
    allCollapsed: false,
    panes: { sources: 'open', detail: 'right', timeline: 'open' },
    dialog: undefined,
    toasts: [],
    settings: undefined,
  }
}
