/**
 * Processes as cells, as a host sees them: it can start and signal none itself, so it asks its owner, through which
 * everything that it and its cells say to each other goes.
 */
import type { CellCall, CellTold } from '../host/link-messages.ts'
import type { CellFactory, CellListener } from '../isolation/cell.ts'
import type { FromCell } from '../isolation/cell-messages.ts'
import { decodeCellData, encodeCellData } from './cell-data.ts'
import { maxCellProcesses } from './cell-process.ts'

export interface RelayedCells {
  readonly cells: CellFactory
  /** The owner told something of a cell. */
  told(cell: number, told: CellTold): void
}

export function createRelayedCells(ask: (cell: number, call: CellCall) => void): RelayedCells {
  const open = new Map<number, CellListener>()
  let count = 0
  let whenEmpty: (() => void) | undefined
  return {
    cells: {
      most: maxCellProcesses,
      holdsBy: 'signal',
      word: 'process',
      start({ name, memoryMb }, listener) {
        count += 1
        const cell = count
        open.set(cell, listener)
        ask(cell, { do: 'start', name, ...(memoryMb !== undefined && { memoryMb }) })
        return {
          send: (message) => ask(cell, { do: 'send', data: encodeCellData(message) }),
          sendStopped: () => false,
          stop: () => ask(cell, { do: 'stop' }),
          go: () => ask(cell, { do: 'go' }),
          end: () => ask(cell, { do: 'end' }),
          kill: () => ask(cell, { do: 'kill' }),
        }
      },
      async close() {
        if (open.size > 0) await new Promise<void>((resolve) => (whenEmpty = resolve))
      },
    },
    told(cell, told) {
      const listener = open.get(cell)
      if (listener === undefined) return
      switch (told.what) {
        case 'data':
          return listener.message(decodeCellData<FromCell>(told.data))
        case 'stopped':
          return listener.stopped(undefined)
        case 'ended':
          open.delete(cell)
          listener.ended(told.end)
          if (open.size === 0) whenEmpty?.()
      }
    },
  }
}
