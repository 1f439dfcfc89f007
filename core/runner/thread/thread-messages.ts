import type { CellModule } from '../isolation/cell-messages.ts'

/** What a thread is started with. */
export interface ThreadData {
  readonly module: CellModule
  /** One 32-bit count of the messages that were posted to it, so that it notices them without a turn of its loop. */
  readonly posted: SharedArrayBuffer
  /** Whether what the task writes also goes to the streams of the process. */
  readonly echo: boolean
}
