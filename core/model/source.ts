/**
 * The port behind which tasks live. A source only produces events and accepts controls; it never sees who watches.
 */
import type { ControlRequest } from './control.ts'
import type { TaskEvent } from './event.ts'
import type { SourceId } from './identity.ts'

export type EventSink = (event: TaskEvent) => void

export interface Source {
  readonly id: SourceId
  /**
   * Takes a control for one of this source's nodes and returns at once. What becomes of it arrives as
   * `control.acknowledged`, `control.effective` or `control.refused` events. Never throws.
   */
  control(request: ControlRequest): void
  /** Ends the source and everything it started. Its last events are emitted before the promise resolves. */
  close(reason: string): Promise<void>
}
