/** The least that an application can be: a process that holds one task of the proxy that comes to its door. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { ProxyPlace } from '../../../../core/mcp/proxy/proxy-place.ts'
import { shimVersion } from '../../../../core/mcp/proxy/shim-messages.ts'
import { seen } from './watching-app.ts'

export interface HoldingApp {
  readonly process: ChildProcess
  /** Waits until so many frames of the task wait in the proxy. */
  waiting(frames: number): Promise<void>
}

/** Plain JavaScript, since it runs under whatever runs the tests. */
const program = `
  const [address, task, version] = process.argv.slice(1)
  require('node:net').createServer((socket) => {
    const send = (message) => socket.write(JSON.stringify(message) + '\\n')
    require('node:readline').createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line)
      if (message.type === 'held') console.log(message.waiting)
      if (message.type !== 'hello') return
      send({ type: 'welcome', version: Number(version), after: 0 })
      send({ type: 'order', order: { do: 'hold', control: 'c', task } })
    })
  }).listen(address)
`

export function startHoldingApp(place: ProxyPlace, task: string): HoldingApp {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const process_ = spawn(process.execPath, ['-e', program, place.address, task, String(shimVersion)], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  process_.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  return {
    process: process_,
    waiting: (frames) =>
      seen(() => {
        if (printed.trimEnd().split('\n').at(-1) !== String(frames)) throw new Error(`so far: ${printed}`)
      }),
  }
}
