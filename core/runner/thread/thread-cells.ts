/**
 * Worker threads as cells: one per task. A busy thread is stopped by the debugger, and ended by `terminate`, which a
 * thread that stands still only carries out once it is resumed.
 */
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Timers } from '../../model/clock.ts'
import type { Dispose } from '../../model/dispose.ts'
import type { ErrorInfo } from '../../model/payload.ts'
import { errorInfo } from '../error-info.ts'
import { createStackMapper } from '../host/mapped-stack.ts'
import type { Cell, CellEnd, CellFactory, CellLaunch, CellListener } from '../isolation/cell.ts'
import { type CellModule, cellHook, type FromCell, moduleAt } from '../isolation/cell-messages.ts'
import { createThreadDebugger } from './thread-debugger.ts'
import type { ThreadData } from './thread-messages.ts'
import { createWorkerSessions, type WorkerSessions } from './worker-sessions.ts'

/** A thread that stands still when it is ended is let go so often until it is gone. */
const terminateAgainMs = 50

export interface ThreadCellsOptions {
  /** Absolute path of the built thread entry. */
  readonly entry: string
  /** What every thread imports; without it, each the module of its launch. */
  readonly module?: CellModule
  /** What the task writes is also written to this process's own streams. */
  readonly echo?: boolean
  /** Options of Node for the thread; those of this process are inherited with `inherit`. None by default. */
  readonly nodeOptions?: 'inherit'
  readonly timers: Timers
  /** Threads at a time; as many as cores by default. */
  readonly most?: number
}

export function createThreadCells(options: ThreadCellsOptions): CellFactory {
  const sessions = createWorkerSessions()
  const living = new Set<Promise<unknown>>()
  return {
    most: options.most ?? availableParallelism(),
    holdsBy: 'debugger',
    word: 'thread',
    start(launch, listener) {
      const { cell, gone } = startThread(options, sessions, launch, listener)
      living.add(gone)
      void gone.then(() => living.delete(gone))
      return cell
    },
    async close() {
      await Promise.all(living)
    },
  }
}

function startThread(
  { entry, module: shared, timers, echo = false, nodeOptions }: ThreadCellsOptions,
  sessions: WorkerSessions,
  { name, memoryMb, module: own }: CellLaunch,
  listener: CellListener,
): { readonly cell: Cell; readonly gone: Promise<void> } {
  const module = shared ?? moduleAt(own)
  const posted = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const count = new Int32Array(posted)
  const worker = new Worker(entry, {
    name: `taskscope ${name}`,
    ...(nodeOptions !== 'inherit' && { execArgv: [] }),
    workerData: { module, posted, echo } satisfies ThreadData,
    ...(memoryMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
  })
  // Frames of our own code are nobody's to look at or to step through.
  const ownFolder = `${pathToFileURL(dirname(entry)).href}/`
  const mapper = createStackMapper(ownFolder, () => module.url)
  const inspector = createThreadDebugger({
    sessions,
    threadId: worker.threadId,
    timers,
    ownFolder,
    idleMs: () => worker.performance.eventLoopUtilization().idle,
    stopped: (stack) => listener.stopped(mapper.map(stack)),
  })
  let failure: unknown
  let over = false
  let killed = false
  let dying: Dispose | undefined
  worker.on('message', (message: FromCell) => listener.message(message))
  worker.on('error', (error) => {
    failure = error
  })
  const gone = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      over = true
      dying?.()
      inspector.gone()
      listener.ended(endOf(code, failure, memoryMb))
      resolve()
    })
  })
  const terminate = (): void => {
    void worker.terminate()
    inspector.letDie()
    dying = timers.after(terminateAgainMs, terminate)
  }
  const kill = (): void => {
    if (over || killed) return
    killed = true
    inspector.whenQuiet(() => {
      if (!over) terminate()
    })
  }
  const cell: Cell = {
    send(message) {
      worker.postMessage(message)
      Atomics.add(count, 0, 1)
    },
    sendStopped(message, done) {
      const text = JSON.stringify(JSON.stringify(message))
      return inspector.evaluate(`globalThis[Symbol.for('${cellHook}')](${text})`, done)
    },
    stop: () => inspector.stop(),
    go: (step) => inspector.go(step),
    end: kill,
    kill,
  }
  return { cell, gone }
}

function endOf(code: number, failure: unknown, memoryMb: number | undefined): CellEnd {
  if (failure === undefined) return { text: `its thread ended with code ${code}` }
  const error: ErrorInfo = errorInfo(failure)
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const limit = memoryMb === undefined ? 'memory' : `its ${memoryMb} MB of memory`
    return { text: `its thread ran out of ${limit}`, outOfMemory: true }
  }
  return { text: `its thread was ended by an uncaught ${error.name}: ${error.message}`, error }
}
