/**
 * The receiver as a worker thread: reads what other programs send, so that the application's main thread does not. Hands
 * on at most so much as the application has worked off, and asks programs to come again beyond that.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { systemTimers } from '../../system/system-clock.ts'
import { Intake } from './intake.ts'
import { receiveLimits } from './limits.ts'
import { createOtlpServer } from './otlp-server.ts'
import type { FromReceiver, ReceiverStart, ToReceiver } from './receiver-messages.ts'

/** How often counts are told while they change, and how often what has waited too long is looked for. */
const countsEveryMs = 200
const expireEveryMs = 10_000

const port = parentPort
if (port === null) throw new Error('the receiver runs as a worker thread')

const { ports, token, instance } = workerData as ReceiverStart
const say = (message: FromReceiver) => port.postMessage(message)
const now = () => performance.timeOrigin + performance.now()
const intake = new Intake({ limits: receiveLimits, instance, now })
let underWay = 0
let lastError: { readonly error: string; readonly errorAt: number } | undefined
let tellSoon: (() => void) | undefined

function handOn(): void {
  const batches = intake.batches()
  if (batches.length === 0) return
  const items = batches.reduce((sum, { spans, logs }) => sum + spans.length + logs.length, 0)
  underWay += items
  say({ type: 'traces', items, batches })
}

function tellCounts(): void {
  tellSoon ??= systemTimers.after(countsEveryMs, () => {
    tellSoon = undefined
    say({ type: 'counts', counts: intake.counts(), ...lastError })
  })
}

const server = createOtlpServer({
  intake,
  limits: receiveLimits,
  token,
  hasRoom: () => underWay < receiveLimits.underWay,
  onRequest(refusedBecause) {
    if (refusedBecause !== undefined) lastError = { error: refusedBecause, errorAt: now() }
    handOn()
    tellCounts()
  },
})

const expiry = setInterval(() => {
  const { waiting } = intake.shelf
  intake.shelf.expire(now())
  if (intake.shelf.waiting !== waiting) tellCounts()
}, expireEveryMs)

port.on('message', (message: ToReceiver) => {
  switch (message.type) {
    case 'traces':
      for (const traceId of message.known) intake.shelf.know(traceId)
      for (const traceId of message.forgotten) intake.shelf.forget(traceId)
      if (intake.shelf.waiting > 0 || message.known.length > 0) tellCounts()
      handOn()
      return
    case 'taken':
      underWay -= message.items
      return
    case 'close':
      void close()
      return
  }
})

async function close(): Promise<void> {
  clearInterval(expiry)
  await server.close()
  tellSoon?.()
  say({ type: 'counts', counts: intake.counts(), ...lastError })
  port?.close()
}

try {
  say({ type: 'listening', port: await server.listen(ports) })
} catch (error) {
  say({ type: 'failed', text: error instanceof Error ? error.message : String(error) })
  await close()
}
