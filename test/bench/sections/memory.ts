/** Bytes that an idle live task holds, among 100 000 of them. Each variant runs in a process of its own. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TaskContext } from '../../../core/runner/task-context.ts'
import { createRig } from '../rig.ts'

const tasks = 100_000

export interface BytesPerTask {
  readonly heap: number
  readonly rss: number
}

export const memoryVariants = {
  signalUntouched: { touch: false, watched: false },
  signalWithListener: { touch: true, watched: false },
  /** With the registry's row and the open span, which live in the main process. */
  watchedWithSpans: { touch: false, watched: true },
} as const

export async function memory(variant: keyof typeof memoryVariants): Promise<BytesPerTask> {
  const { touch, watched } = memoryVariants[variant]
  const { runner } = await createRig({ registry: watched, spans: watched })
  const never = new Promise<never>(() => undefined)
  const listener = () => undefined
  const idle = ({ signal }: TaskContext): Promise<never> => {
    signal.addEventListener('abort', listener)
    return never
  }
  const start = () => runner.start(touch ? idle : () => never)
  // What is compiled and cached by the first tasks is no task's own.
  for (let n = 0; n < 2000; n++) await start()
  const before = settled()
  for (let n = 0; n < tasks; n++) await start()
  const after = settled()
  return {
    heap: Math.round((after.heapUsed + after.external - before.heapUsed - before.external) / tasks),
    rss: Math.round((after.rss - before.rss) / tasks),
  }
}

function settled(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage()
}
