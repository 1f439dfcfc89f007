/** Tasks in places of their own that never let their event loop turn. They write what they do to TASKSCOPE_TEST_LOG. */
import { appendFileSync } from 'node:fs'
import { defineSupervisor, defineTask } from 'taskscope'

const log = process.env.TASKSCOPE_TEST_LOG ?? ''

function work(milliseconds: number): void {
  const until = Date.now() + milliseconds
  while (Date.now() < until);
}

function writeForEver(file: string): never {
  for (let line = 1; ; line += 1) {
    work(2)
    appendFileSync(file, `${line}\n`)
  }
}

export const busyThread = defineTask({
  name: 'busy-thread',
  isolation: 'thread',
  run: () => writeForEver(`${log}.thread`),
})

export const busyProcess = defineTask({
  name: 'busy-process',
  isolation: 'process',
  run: () => {
    appendFileSync(`${log}.pid`, String(process.pid))
    return writeForEver(`${log}.process`)
  },
})

export const both = defineSupervisor({
  name: 'both',
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 5000,
  children: [
    { id: 'busy-thread', task: busyThread, restart: 'temporary' },
    { id: 'busy-process', task: busyProcess, restart: 'temporary' },
  ],
})
