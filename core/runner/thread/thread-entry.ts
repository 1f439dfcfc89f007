/** The first file of the worker thread of one task; see `cell-main.ts`. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { runCell } from '../isolation/cell-main.ts'
import type { ToCell } from '../isolation/cell-messages.ts'
import type { ThreadData } from './thread-messages.ts'

const { module, port, posted, echo } = workerData as ThreadData
const count = new Int32Array(posted)
let read = 0

const take = runCell({
  module,
  echo,
  post: (message) => port.postMessage(message),
  arrived() {
    if (Atomics.load(count, 0) === read) return []
    const messages: ToCell[] = []
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      messages.push(got.message as ToCell)
    }
    read += messages.length
    return messages
  },
})
port.on('message', (message: ToCell) => {
  read += 1
  take(message)
})
