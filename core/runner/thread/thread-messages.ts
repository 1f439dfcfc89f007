import type { MessagePort } from 'node:worker_threads'
import type { CellModule } from '../isolation/cell-messages.ts'

/** What a thread is started with. */
export interface ThreadData {
  readonly module: CellModule
  /** Its way to its runner, which can also be read while the runner's event loop does not turn. */
  readonly port: MessagePort
  /** One 32-bit count of the messages that were posted to it, so that it notices them without a turn of its loop. */
  readonly posted: SharedArrayBuffer
  /** Whether what the task writes also goes to the streams of the process. */
  readonly echo: boolean
}
