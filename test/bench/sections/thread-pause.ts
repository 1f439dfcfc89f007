/** Stopping and letting go of a thread that never turns its event loop, from the wish to the fact, without a host. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { sourceId } from '../../../core/model/identity.ts'
import { defineTask } from '../../../core/runner/define-task.ts'
import { createTaskRunner } from '../../../core/runner/task-runner.ts'
import { createThreadCells } from '../../../core/runner/thread/thread-cells.ts'
import { systemTimers } from '../../../core/system/system-clock.ts'
import { type Latency, latency } from '../statistics.ts'

const rounds = 5
const perRound = Number(process.env.TASKSCOPE_BENCH_PAUSES ?? 100)
/** A pause that has not taken effect by then counts as lost. */
const lostAfterMs = 5000

const code = `export async function busy() {
  for (let n = 0; ; n++) for (let i = 0; i < 1e4; i++) n ^= i
}`

export interface ThreadPause {
  readonly first: number
  readonly suspend: Latency
  readonly resume: Latency
  readonly lost: number
}

export async function threadPause(): Promise<ThreadPause> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-bench-'))
  const path = join(folder, 'busy.mjs')
  await writeFile(path, code)
  const cells = createThreadCells({
    entry: fileURLToPath(new URL('thread.js', import.meta.url)),
    module: { url: pathToFileURL(path).href, path },
    timers: systemTimers,
  })
  const runner = createTaskRunner({
    source: sourceId('bench'),
    sink: () => undefined,
    places: { thread: cells },
    graceMs: 1,
  })
  const handle = await runner.start(defineTask({ name: 'busy', isolation: 'thread', run: () => undefined }))
  await new Promise((resolve) => setTimeout(resolve, 200))

  let lost = 0
  const once = async (): Promise<readonly [number, number]> => {
    const asked = performance.now()
    const late = setTimeout(() => {
      lost += 1
    }, lostAfterMs)
    await handle.suspend()
    clearTimeout(late)
    const stood = performance.now()
    await handle.resume()
    const gone = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 2))
    return [stood - asked, gone - stood]
  }
  const [first] = await once()
  const suspends: Float64Array[] = []
  const resumes: Float64Array[] = []
  for (let round = 0; round < rounds; round += 1) {
    const taken: (readonly [number, number])[] = []
    for (let n = 0; n < perRound; n += 1) taken.push(await once())
    suspends.push(Float64Array.from(taken, ([suspend]) => suspend))
    resumes.push(Float64Array.from(taken, ([, resume]) => resume))
  }
  await runner.close('measured')
  await rm(folder, { recursive: true })
  return {
    first: Math.round(first * 100) / 100,
    suspend: latency('ms', suspends),
    resume: latency('ms', resumes),
    lost,
  }
}
