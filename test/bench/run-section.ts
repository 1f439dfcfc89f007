/** Runs one section in this process and prints its result as the last line of standard output. */
import { cancel } from './sections/cancel.ts'
import { diskQueueCost, exportFromDisk, exportSpans } from './sections/export.ts'
import { feedLatency } from './sections/feed-latency.ts'
import { getState } from './sections/get-state.ts'
import { memory } from './sections/memory.ts'
import { progress } from './sections/progress.ts'
import { proxyLatency } from './sections/proxy-latency.ts'
import { registrySize } from './sections/registry-size.ts'
import { shimLatency } from './sections/shim-latency.ts'
import { spanLoad } from './sections/span-load.ts'
import { start } from './sections/start.ts'
import { threadPause } from './sections/thread-pause.ts'
import { throughputBare, throughputBurst, throughputWithSpans } from './sections/throughput.ts'
import { traceOpen } from './sections/trace-open.ts'

const sections: Readonly<Record<string, () => Promise<unknown>>> = {
  start,
  'throughput.bare': throughputBare,
  'throughput.withSpans': throughputWithSpans,
  'throughput.burst': throughputBurst,
  cancel,
  progress,
  getState,
  registrySize,
  export: exportSpans,
  exportFromDisk,
  exportQueueCost: diskQueueCost,
  spanLoad,
  feedLatency,
  shimLatency,
  proxyLatency,
  traceOpen,
  threadPause,
  'memory.signalUntouched': () => memory('signalUntouched'),
  'memory.signalWithListener': () => memory('signalWithListener'),
  'memory.watchedWithSpans': () => memory('watchedWithSpans'),
}

// Electron keeps its own flags among the arguments.
const name = process.argv.at(-1) ?? ''
const section = sections[name]
if (section === undefined) throw new Error(`no section is named ${name}: ${Object.keys(sections).join(', ')}`)
const result = await section()
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0))
