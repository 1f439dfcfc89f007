/** What the stdio shim adds to a frame on its way, at a steady 5 000 frames a second through it. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { atPace } from '../pace.ts'
import { type Latency, latency, rounded } from '../statistics.ts'

/** Every round trip is two frames, one each way. */
const tripsPerMs = 2.5
const trips = 5000
const roundCount = 3

export interface ShimLatency {
  readonly framesPerSecond: number
  /** Round trips to a process that gives back what it gets. */
  readonly direct: Latency
  readonly throughShim: Latency
  /** Half of what the round trip takes longer. */
  readonly addedPerFrameMs: { readonly p50: number; readonly p99: number }
}

export async function shimLatency(): Promise<ShimLatency> {
  const folder = await mkdtemp(join(tmpdir(), 'taskscope-bench-'))
  const shim = [process.execPath, join(dirname(process.argv[1] ?? ''), 'wrap-entry.js')]
  try {
    const direct: Float64Array[] = []
    const through: Float64Array[] = []
    // By turns, so that a busy moment of the machine meets both.
    for (let round = 0; round <= roundCount; round += 1) {
      const plain = await roundTrips(['cat'], folder)
      const shimmed = await roundTrips([...shim, '--', 'cat'], folder)
      if (round === 0) continue
      direct.push(plain)
      through.push(shimmed)
    }
    const [bare, full] = [latency('ms', direct), latency('ms', through)]
    return {
      framesPerSecond: tripsPerMs * 2000,
      direct: bare,
      throughShim: full,
      addedPerFrameMs: { p50: rounded((full.p50 - bare.p50) / 2), p99: rounded((full.p99 - bare.p99) / 2) },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function roundTrips([command = '', ...args]: readonly string[], folder: string): Promise<Float64Array> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TASKSCOPE_RUNTIME_DIR: folder },
  })
  const sent = new Float64Array(trips)
  const took = new Float64Array(trips)
  let back = 0
  const all = new Promise<void>((resolve) => {
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const now = performance.now()
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const { id } = JSON.parse(line) as { readonly id: number }
        if (id < 0) resolve()
        else {
          took[id] = now - (sent[id] ?? now)
          back += 1
        }
      }
      if (back === trips) resolve()
    })
  })
  const send = (id: number) => {
    if (id >= 0) sent[id] = performance.now()
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tasks/get', params: { taskId: 'a-task' } })}\n`)
  }
  // The process is up when it has answered once.
  await new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve())
    send(0)
  })
  back = 0
  await atPace(trips, tripsPerMs, send)
  await all
  child.stdin.end()
  await new Promise((resolve) => child.once('close', resolve))
  return took
}
