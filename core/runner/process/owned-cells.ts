/** The processes of single tasks that one host has asked its owner for: started, signalled and ended here. */
import type { CellCall, CellTold } from '../host/link-messages.ts'
import { type CellProcess, type CellProcessOptions, startCellProcess } from './cell-process.ts'

export interface OwnedCells {
  call(cell: number, call: CellCall): void
  /** Ends them all: their host is gone. Resolves when none is left. */
  close(): Promise<void>
}

export interface OwnedCellsOptions extends Omit<CellProcessOptions, 'name' | 'memoryMb' | 'url'> {
  /** URL of what the host runs; known by the time it can ask for anything. */
  readonly url: () => string | undefined
  readonly tell: (cell: number, told: CellTold) => void
}

export function createOwnedCells({ url, tell, ...options }: OwnedCellsOptions): OwnedCells {
  const cells = new Map<number, { readonly process: CellProcess; readonly gone: Promise<void> }>()
  let closed = false

  const start = (cell: number, { name, memoryMb }: Extract<CellCall, { readonly do: 'start' }>): void => {
    const address = url()
    if (closed || address === undefined) {
      tell(cell, { what: 'ended', end: { text: 'its process could not be started: its module is not loaded' } })
      return
    }
    let isGone: () => void = () => undefined
    const gone = new Promise<void>((resolve) => {
      isGone = resolve
    })
    const process = startCellProcess(
      { ...options, name, memoryMb, url: address },
      {
        data: (data) => tell(cell, { what: 'data', data }),
        stopped: (stack) => tell(cell, { what: 'stopped', ...(stack !== undefined && { stack }) }),
        ended(end) {
          cells.delete(cell)
          tell(cell, { what: 'ended', end })
          isGone()
        },
      },
    )
    cells.set(cell, { process, gone })
  }
  return {
    call(cell, call) {
      if (call.do === 'start') {
        // A host that asks for one twice is mistaken; the one that it has stays.
        if (!cells.has(cell)) start(cell, call)
        return
      }
      const process = cells.get(cell)?.process
      if (call.do === 'send') process?.send(call.data)
      else if (call.do === 'now') process?.sendStopped(call.data)
      else if (call.do === 'go') process?.go(call.step)
      else process?.[call.do]()
    },
    async close() {
      closed = true
      const open = [...cells.values()]
      for (const { process } of open) process.kill()
      await Promise.all(open.map(({ gone }) => gone))
    },
  }
}
