/** The first file of the worker thread of one task; see `cell-main.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../model/assert.ts'
import { runCell } from '../isolation/cell-main.ts'
import type { ToCell } from '../isolation/cell-messages.ts'
import type { ThreadData } from './thread-messages.ts'

assert(parentPort !== null, 'a task thread runs in a worker thread')
const port = parentPort
const { module } = workerData as ThreadData
port.on('message', runCell({ module, post: (message) => port.postMessage(message) }) as (message: ToCell) => void)
