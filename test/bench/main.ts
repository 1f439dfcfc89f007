/**
 * `npm run bench`: measures the core on the Node of the hosts and on the newest Node, beside the Erlang bar where one
 * is at hand, what loads the application's own process in that process too, and prints one JSON object. What it is doing
 * goes to standard error.
 *
 *   npm run bench -- [--erlang PATH] [--only start,cancel] [--runtime host|newest|main]
 */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { compare, isCompared } from './compare.ts'
import { between, type ErlangBar, type ErlangResult, runErlang } from './erlang.ts'
import { findRuntimes, mainProcess, type Runtime } from './runtimes.ts'
import { windowLatency } from './window-latency.ts'

const sectionNames = [
  'start',
  'throughput.bare',
  'throughput.withSpans',
  'throughput.burst',
  'cancel',
  'progress',
  'getState',
  'registrySize',
  'memory.signalUntouched',
  'memory.signalWithListener',
  'memory.watchedWithSpans',
  'export',
  'exportFromDisk',
  'exportQueueCost',
  'spanLoad',
  'feedLatency',
  'shimLatency',
  'proxyLatency',
  'traceOpen',
  'threadPause',
]

/** Those that are about Electron's main process, and are measured there as well. */
const inMain: readonly string[] = ['spanLoad']

const repository = fileURLToPath(new URL('../..', import.meta.url))
const built = `${repository}.cache/bench`

const { values } = parseArgs({
  options: { erlang: { type: 'string' }, only: { type: 'string' }, runtime: { type: 'string' } },
})
const wanted = values.only?.split(',')
const sections = sectionNames.filter((name) => wanted === undefined || wanted.some((part) => name.startsWith(part)))

await bundle()
/** The newest run of the Erlang bar; once it cannot run it is not tried again. */
let erlang: ErlangResult = await runBar()
/** Nothing else was measured since. */
let fresh = true
if (!erlang.ran) say(`the Erlang bar is skipped: ${erlang.why}`)

const runtimes: Record<string, object> = {}
for (const runtime of [...(await findRuntimes()), ...(await mainProcessOrNone())]) {
  if (values.runtime !== undefined && values.runtime !== runtime.name) continue
  const results: Record<string, unknown> = {}
  const bars: Record<string, ErlangBar> = {}
  const ratios: Record<string, number> = {}
  for (const section of sections) {
    if (runtime.name === 'main' && !inMain.includes(section)) continue
    const before = isCompared(section) ? await freshBar() : undefined
    results[section] = await sayStep(`${section} on ${runtime.version}`, () => runSection(runtime, section))
    fresh = false
    const after = before === undefined ? undefined : await freshBar()
    if (before === undefined || after === undefined) continue
    bars[section] = between(before, after)
    Object.assign(ratios, compare(section, results[section], bars[section]))
  }
  runtimes[runtime.name] = { version: runtime.version, results, erlang: bars, ratios }
}
if (!('host' in runtimes) && (values.runtime ?? 'host') === 'host')
  say('no Electron is there, so the Node of the hosts is not measured')

const inWindow =
  wanted === undefined || wanted.some((part) => 'windowLatency'.startsWith(part))
    ? await sayStep('the real window', windowLatencyOrWhy)
    : undefined

const machine = {
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryMb: Math.round(totalmem() / 2 ** 20),
  system: `${platform()} ${release()} ${arch()}`,
}
const bar = erlang.ran ? { ran: true, version: erlang.version } : erlang
const result = { at: new Date().toISOString(), machine, erlang: bar, runtimes, windowLatency: inWindow }
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)

function runBar(): Promise<ErlangResult> {
  return sayStep('the Erlang bar', () => runErlang(values.erlang ?? process.env.TASKSCOPE_ERLANG_BENCH))
}

/** The Erlang bar as it is now; the one after a section is also the one before the next. */
async function freshBar(): Promise<ErlangBar | undefined> {
  if (erlang.ran && !fresh) erlang = await runBar()
  fresh = true
  return erlang.ran ? erlang.bar : undefined
}

/** Both runtimes run the same bundle, as hosts and windows do. */
async function bundle(): Promise<void> {
  await mkdir(built, { recursive: true })
  const application = { name: 'taskscope-bench', version: '0.0.0', type: 'module', main: 'electron-main.js' }
  await writeFile(join(built, 'package.json'), JSON.stringify(application))
  await build({
    entryPoints: {
      'run-section': `${repository}test/bench/run-section.ts`,
      'electron-main': `${repository}test/bench/electron-main.ts`,
      'window-worker': `${repository}test/bench/window-worker.ts`,
      'collector-worker': `${repository}test/bench/collector-worker.ts`,
      'wrap-entry': `${repository}test/bench/wrap-entry.ts`,
      'proxy-entry': `${repository}test/bench/proxy-entry.ts`,
      host: `${repository}core/runner/host/host-entry.ts`,
      watchdog: `${repository}core/runner/host/watchdog-entry.ts`,
      thread: `${repository}core/runner/thread/thread-entry.ts`,
      process: `${repository}core/runner/process/process-entry.ts`,
      taskscope: `${repository}core/index.ts`,
    },
    outdir: built,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['esbuild', 'electron'],
    // Bundled CommonJS asks for `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
}

/** Each section has a process of its own, so that none inherits another's heap or compiled code. */
function runSection(runtime: Runtime, section: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.executable, [...runtime.flags, join(built, runtime.script), section], {
      env: {
        ...process.env,
        ...runtime.env,
        TASKSCOPE_BENCH_MODULE: `${repository}test/bench/progress-module.ts`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const last = Buffer.concat(output).toString().trim().split('\n').at(-1) ?? ''
      if (code === 0) resolve(JSON.parse(last))
      else resolve({ failed: `the section ended with ${code}` })
    })
  })
}

/** A machine without Electron or a display still gets all the other numbers. */
async function mainProcessOrNone(): Promise<readonly Runtime[]> {
  if ((values.runtime ?? 'main') !== 'main' || !sections.some((section) => inMain.includes(section))) return []
  try {
    const found = await mainProcess(`${built}/user-data`)
    return found === undefined ? [] : [found]
  } catch (error) {
    say(`not measured in Electron's main process: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

/** A machine without Electron or a display still gets all the other numbers. */
async function windowLatencyOrWhy(): Promise<object> {
  try {
    return await windowLatency()
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

async function sayStep<Result>(what: string, step: () => Promise<Result>): Promise<Result> {
  const begun = performance.now()
  const result = await step()
  say(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  return result
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`)
}
