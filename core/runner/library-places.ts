/**
 * Threads and processes for the tasks of a plain Node program. Each imports the module that exports its task; the files
 * that it is started with lie beside the built library.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { systemTimers } from '../system/system-clock.ts'
import { createHostLink } from './host/host-link.ts'
import { createNodeSpawner } from './host/node-spawner.ts'
import type { Cell, CellFactory, CellLaunch, CellListener } from './isolation/cell.ts'
import { maxCellProcesses } from './process/cell-process.ts'
import { createProcessCells } from './process/process-cells.ts'
import { systemPauser } from './process/process-pauser.ts'
import type { TaskRunnerOptions } from './task-runner.ts'
import { createThreadCells } from './thread/thread-cells.ts'

/** Nothing is started, and no file looked for, before the first task that wants a place of its own. */
export function createLibraryPlaces(): NonNullable<TaskRunnerOptions['places']> {
  const thread = whenNeeded({ most: availableParallelism(), holdsBy: 'debugger', word: 'thread' }, (files) =>
    createThreadCells({ entry: files.thread, timers: systemTimers, echo: true, nodeOptions: 'inherit' }),
  )
  const process_ = whenNeeded({ most: maxCellProcesses, holdsBy: systemPauser, word: 'process' }, (files) =>
    createProcessCells({
      entry: files.process,
      thread: files.thread,
      spawner: createNodeSpawner(),
      link: createHostLink({ timers: systemTimers }),
      timers: systemTimers,
      env: environment(),
      cwd: process.cwd(),
      output: (stream, chunk) => void process[stream].write(chunk),
    }),
  )
  return { thread, process: process_ }
}

interface Files {
  readonly thread: string
  readonly process: string
}

function whenNeeded(
  kind: Pick<CellFactory, 'most' | 'holdsBy' | 'word'>,
  make: (files: Files) => CellFactory,
): CellFactory {
  let factory: CellFactory | undefined
  return {
    ...kind,
    start(launch, listener) {
      const files = findFiles()
      const refusal = whyNot(launch, files, kind.word)
      if (refusal !== undefined || files === undefined) return neverStarted(refusal ?? '', listener)
      factory ??= make(files)
      return factory.start(launch, listener)
    },
    async close() {
      await factory?.close()
    },
  }
}

function whyNot({ name, module }: CellLaunch, files: Files | undefined, word: string): string | undefined {
  if (files === undefined) {
    return `its ${word} could not be started: thread.js and process.js of Taskscope do not lie beside its library`
  }
  if (module !== undefined) return undefined
  return `its ${word} could not be started: nobody knows which module exports ${name}; define it with module: import.meta.url`
}

/** The built library is one file with chunks in a folder below, or beside it. */
function findFiles(): Files | undefined {
  const places = ['./', '../'].flatMap((folder) => ['js', 'mjs'].map((ending) => [folder, ending] as const))
  for (const [folder, ending] of places) {
    const at = (name: string): string => fileURLToPath(new URL(`${folder}${name}.${ending}`, import.meta.url))
    const files: Files = { thread: at('thread'), process: at('process') }
    if (existsSync(files.thread) && existsSync(files.process)) return files
  }
  return undefined
}

function neverStarted(text: string, listener: CellListener): Cell {
  queueMicrotask(() => listener.ended({ text }))
  const nothing = (): void => undefined
  return { send: nothing, sendStopped: () => false, stop: nothing, go: nothing, end: nothing, kill: nothing }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
