import type { CellModule } from '../isolation/cell-messages.ts'

/** What a thread is started with. */
export interface ThreadData {
  readonly module: CellModule
}
