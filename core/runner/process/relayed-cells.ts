/**
 * Processes as cells, as a host sees them: it can start and signal none itself, so it asks its owner, through which
 * everything that it and its cells say to each other goes.
 */
import type { Timers } from '../../model/clock.ts'
import type { CellCall, CellTold } from '../host/link-messages.ts'
import type { CellFactory, CellListener } from '../isolation/cell.ts'
import type { FromCell } from '../isolation/cell-messages.ts'
import { decodeCellData, encodeCellData } from './cell-data.ts'
import { maxCellProcesses } from './cell-process.ts'
import type { ProcessPauser } from './process-pauser.ts'

export interface RelayedCells {
  readonly cells: CellFactory
  /** The owner told something of a cell. */
  told(cell: number, told: CellTold): void
}

interface OpenCell {
  readonly listener: CellListener
  /** Its code stands still by the debugger, so it can be spoken to. */
  standing: boolean
}

export function createRelayedCells(
  pauser: ProcessPauser,
  timers: Timers,
  ask: (cell: number, call: CellCall) => void,
): RelayedCells {
  const open = new Map<number, OpenCell>()
  let count = 0
  let whenEmpty: (() => void) | undefined
  return {
    cells: {
      most: maxCellProcesses,
      holdsBy: pauser,
      word: 'process',
      timers,
      start({ name, memoryMb }, listener) {
        count += 1
        const cell = count
        const seat: OpenCell = { listener, standing: false }
        open.set(cell, seat)
        ask(cell, { do: 'start', name, ...(memoryMb !== undefined && { memoryMb }) })
        return {
          send: (message) => ask(cell, { do: 'send', data: encodeCellData(message) }),
          sendStopped(message) {
            if (seat.standing) ask(cell, { do: 'now', data: encodeCellData(message) })
            return seat.standing
          },
          stop: () => ask(cell, { do: 'stop' }),
          go(step = 'run') {
            seat.standing = false
            ask(cell, { do: 'go', step })
          },
          end: () => ask(cell, { do: 'end' }),
          kill: () => ask(cell, { do: 'kill' }),
        }
      },
      async close() {
        if (open.size > 0) await new Promise<void>((resolve) => (whenEmpty = resolve))
      },
    },
    told(cell, told) {
      const seat = open.get(cell)
      if (seat === undefined) return
      const { listener } = seat
      switch (told.what) {
        case 'data':
          return listener.message(decodeCellData<FromCell>(told.data))
        case 'stopped':
          seat.standing = told.stack !== undefined
          return listener.stopped(told.stack)
        case 'ended':
          open.delete(cell)
          listener.ended(told.end)
          if (open.size === 0) whenEmpty?.()
      }
    },
  }
}
