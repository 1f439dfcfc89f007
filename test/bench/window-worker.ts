/**
 * Plays the window: a feed client in a thread of its own that applies rows once per frame. When asked, it reports how
 * old the progress of each changed row is: tasks put the machine's monotonic time into `progress.current`.
 */
import { parentPort } from 'node:worker_threads'
import { createFeedClient } from '../../core/feed/client.ts'
import type { DownMessage, UpMessage } from '../../core/feed/protocol.ts'
import { isTaskRow } from '../../core/model/row.ts'
import { systemTimers } from '../../core/system/system-clock.ts'
import { portOf } from './message-port.ts'
import { monotonicMs } from './monotonic.ts'

const frameMs = 1000 / 60

let ages: number[] = []
let measuring = false

parentPort?.on('message', (message: { readonly feed?: MessagePort; readonly command?: 'measure' | 'report' }) => {
  if (message.feed !== undefined) open(message.feed)
  if (message.command === 'measure') {
    ages = []
    measuring = true
  }
  if (message.command === 'report') {
    measuring = false
    parentPort?.postMessage({ ages: Float64Array.from(ages) })
  }
})

function open(port: MessagePort): void {
  const client = createFeedClient({
    port: portOf<DownMessage, UpMessage>(port),
    scheduler: { frame: (callback) => systemTimers.after(frameMs, callback) },
    timers: systemTimers,
  })
  client.onChange(({ changed }) => {
    if (!measuring) return
    const now = monotonicMs()
    for (const key of changed) {
      const row = client.rows.get(key)
      if (row !== undefined && isTaskRow(row) && row.progress !== undefined) ages.push(now - row.progress.current)
    }
  })
  parentPort?.postMessage('open')
}
