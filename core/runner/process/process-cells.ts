/** Processes as cells, for a program that starts and signals them itself. */
import type { CellFactory, CellListener } from '../isolation/cell.ts'
import { type FromCell, moduleAt } from '../isolation/cell-messages.ts'
import { decodeCellData, encodeCellData } from './cell-data.ts'
import { type CellProcessOptions, maxCellProcesses, startCellProcess } from './cell-process.ts'
import { systemPauser } from './process-pauser.ts'

export type ProcessCellsOptions = Omit<CellProcessOptions, 'name' | 'memoryMb' | 'pauser' | 'url' | 'path'>

export function createProcessCells(options: ProcessCellsOptions): CellFactory {
  const living = new Set<Promise<unknown>>()
  return {
    most: maxCellProcesses,
    holdsBy: systemPauser,
    word: 'process',
    start({ name, memoryMb, module }, listener: CellListener) {
      let standing = false
      let isGone: () => void = () => undefined
      const gone = new Promise<void>((resolve) => {
        isGone = resolve
      })
      living.add(gone)
      void gone.then(() => living.delete(gone))
      const process = startCellProcess(
        { ...options, ...moduleAt(module), name, memoryMb },
        {
          data: (data) => listener.message(decodeCellData<FromCell>(data)),
          stopped(stack) {
            standing = stack !== undefined
            listener.stopped(stack)
          },
          ended(end) {
            isGone()
            listener.ended(end)
          },
        },
      )
      return {
        send: (message) => process.send(encodeCellData(message)),
        sendStopped(message) {
          if (standing) process.sendStopped(encodeCellData(message))
          return standing
        },
        stop: () => process.stop(),
        go(step = 'run') {
          standing = false
          process.go(step)
        },
        end: () => process.end(),
        kill: () => process.kill(),
      }
    },
    async close() {
      await Promise.all(living)
    },
  }
}
