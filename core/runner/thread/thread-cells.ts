/**
 * Worker threads as cells: one per task. A busy thread is stopped by the debugger, and ended by `terminate`, which a
 * thread that stands still only carries out once it is resumed.
 */
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
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

export interface ThreadCells extends CellFactory {
  /**
   * Acts on what has happened to its threads, though the event loop does not turn. Not to be called in the middle of
   * our own code.
   */
  catchUp(): void
}

interface Thread {
  readonly cell: Cell
  readonly gone: Promise<void>
  catchUp(): void
}

export function createThreadCells(options: ThreadCellsOptions): ThreadCells {
  const sessions = createWorkerSessions()
  const living = new Set<Thread>()
  return {
    most: options.most ?? availableParallelism(),
    holdsBy: 'debugger',
    word: 'thread',
    timers: options.timers,
    start(launch, listener) {
      const thread = startThread(options, sessions, launch, listener)
      living.add(thread)
      void thread.gone.then(() => living.delete(thread))
      return thread.cell
    },
    catchUp() {
      sessions.read()
      for (const thread of [...living]) thread.catchUp()
    },
    async close() {
      await Promise.all([...living].map(({ gone }) => gone))
    },
  }
}

function startThread(
  { entry, module: shared, timers, echo = false, nodeOptions }: ThreadCellsOptions,
  sessions: WorkerSessions,
  { name, memoryMb, module: own }: CellLaunch,
  listener: CellListener,
): Thread {
  const module = shared ?? moduleAt(own)
  const posted = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const count = new Int32Array(posted)
  // Not the worker's own port: that one is only read by the event loop.
  const { port1: port, port2 } = new MessageChannel()
  const worker = new Worker(entry, {
    name: `taskscope ${name}`,
    ...(nodeOptions !== 'inherit' && { execArgv: [] }),
    workerData: { module, port: port2, posted, echo } satisfies ThreadData,
    transferList: [port2],
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
    left: () => {
      hasLeft = true
    },
  })
  let failure: unknown
  let over = false
  let killed = false
  let hasLeft = false
  let dying: Dispose | undefined
  port.on('message', (message: FromCell) => listener.message(message))
  worker.on('error', (error) => {
    failure = error
  })
  const readPort = (): void => {
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      listener.message(got.message as FromCell)
    }
  }
  const end = (code: number): void => {
    if (over) return
    over = true
    dying?.()
    readPort()
    port.close()
    inspector.gone()
    listener.ended(endOf(code, failure, memoryMb))
  }
  const gone = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      end(code)
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
      port.postMessage(message)
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
  const catchUp = (): void => {
    if (over) return
    readPort()
    // That it has ended is only told by the event loop; of one that was to end, that no code runs in it is enough.
    if (killed && hasLeft) end(1)
  }
  return { cell, gone, catchUp }
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
