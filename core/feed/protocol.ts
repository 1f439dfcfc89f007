/**
 * What crosses the border between the registry and a viewer (a window, the command line): rows down, controls up.
 * The same on every port. Rows are the newest picture, never a queue, so a slow viewer costs bounded memory.
 */
import type { ControlRequest } from '../model/control.ts'
import type { Bounded, Detail, Lane } from '../model/detail.ts'
import type { NodeKey } from '../model/identity.ts'
import type { ReceivedTrace } from '../model/received.ts'
import type { Row } from '../model/row.ts'
import type { SpanData } from '../model/span.ts'
import type { TraceTask } from '../model/trace.ts'
import type { AppStatus } from './app-status.ts'

/** A viewer of another version is told so and gets nothing else. */
export const feedVersion = 1

/** At most this many rows in one message. */
export const maxRowsPerMessage = 1000
/** A viewer may be this many messages behind; then rows wait, and only their newest picture. */
export const creditWindow = 2
/** The shortest time between two batches, milliseconds: one frame at 60 Hz. */
export const flushIntervalMs = 16
/** The shortest time between two pictures of the selected node or the lanes, milliseconds. */
export const detailIntervalMs = 100
/** At most this many tasks and about this many spans in one part of a trace. */
export const tracePart = { tasks: 500, spans: 5000 } as const

/** Registry to viewer. `n` counts the messages that use up a credit; the viewer acknowledges the newest it has applied. */
export type DownMessage =
  | { readonly type: 'hello'; readonly version: number; readonly epoch: string }
  | { readonly type: 'incompatible'; readonly version: number; readonly text: string }
  /** A message of the viewer was not understood and changed nothing. */
  | { readonly type: 'refused'; readonly text: string }
  /** All rows, in `of` chunks from 0. Rows that change meanwhile follow as deltas. */
  | {
      readonly type: 'snapshot'
      readonly n: number
      readonly chunk: number
      readonly of: number
      readonly rows: readonly Row[]
    }
  | { readonly type: 'delta'; readonly n: number; readonly rows: readonly Row[]; readonly removed: readonly NodeKey[] }
  /** `detail: undefined` when the node is not known (any more). */
  | { readonly type: 'detail'; readonly key: NodeKey; readonly detail?: Detail }
  | { readonly type: 'lanes'; readonly lanes: readonly Lane[] }
  | { readonly type: 'status'; readonly status: AppStatus }
  /**
   * A part of the watched trace: tasks that are new or another, each with only those spans that were not sent before.
   * With `reset`, what was sent of it before is void; with `more`, further parts follow at once.
   */
  | {
      readonly type: 'trace'
      readonly n: number
      readonly traceId: string
      readonly reset: boolean
      readonly more: boolean
      readonly tasks: readonly TraceTask[]
      readonly removed: readonly NodeKey[]
      readonly loose: Bounded<SpanData>
      /** Like the spans of tasks: only what was not sent before. Absent when nothing of it is new. */
      readonly received?: ReceivedTrace
      readonly left: number
      readonly forgotten: number
    }

/** Viewer to registry. */
export type UpMessage =
  | { readonly type: 'hello'; readonly version: number }
  | { readonly type: 'ack'; readonly n: number }
  /** What to keep sent beside rows; replaces the previous wish. At most 200 lanes; `trace` is a trace id. */
  | { readonly type: 'watch'; readonly detail?: NodeKey; readonly lanes: readonly NodeKey[]; readonly trace?: string }
  | { readonly type: 'control'; readonly request: ControlRequest }
  /** Forgets ended tasks (of one source, or of all). Running ones and their ancestors stay. */
  | { readonly type: 'clearFinished'; readonly source?: string }
  /** Frames of the viewer that took longer than 50 ms since it last told, and the longest of them in milliseconds. */
  | { readonly type: 'slowFrames'; readonly count: number; readonly longestMs: number }
