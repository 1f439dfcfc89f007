/**
 * The process of one task. Its main thread owns the link and runs no code of the module: that runs in a worker thread,
 * so what the task says leaves at once however busy it is, its heap can be limited, and how it ended can still be told.
 */
import { connect } from 'node:net'
import { createLineDecoder, decodeLine, encodeLine } from '../../system/line-framing.ts'
import { systemTimers } from '../../system/system-clock.ts'
import { readLink } from '../host/host-settings.ts'
import { type FromHost, linkVersion, parseToHost, type ToHost } from '../host/link-messages.ts'
import type { ToCell } from '../isolation/cell-messages.ts'
import { createThreadCells } from '../thread/thread-cells.ts'
import { decodeCellData, encodeCellData } from './cell-data.ts'
import { readProcessSettings } from './process-settings.ts'

export function runProcess(args: readonly string[], env: Record<string, string | undefined>): void {
  const { address, token } = readLink(env)
  const { thread, url, path, name, memoryMb, echo } = readProcessSettings(args)
  const socket = connect(address)
  const send = (message: FromHost): void => void socket.write(encodeLine(message))
  const cells = createThreadCells({
    entry: thread,
    module: { url, path },
    timers: systemTimers,
    echo,
  })

  /** The stop that was asked for last. */
  let stop = 0
  /** What its code has answered is on its way from the thread, and is read in the next turn. */
  const done = (ask: number): void => void setImmediate(() => setImmediate(() => send({ type: 'cellDone', ask })))

  socket.once('connect', () => {
    send({ type: 'hello', version: linkVersion, token, pid: process.pid })
    const cell = cells.start(
      { name, memoryMb, module: url },
      {
        message: (message) => send({ type: 'cellData', data: encodeCellData(message) }),
        stopped: (stack) => send({ type: 'cellStopped', stop, stack: stack ?? [] }),
        ended(end) {
          const text = end.text.replace('its thread', 'its process')
          send({ type: 'cellOver', end: { ...end, text } })
          socket.end(() => process.exit(0))
        },
      },
    )
    const take = (message: ToHost): void => {
      if (message.type === 'cellData') cell.send(decodeCellData<ToCell>(message.data))
      else if (message.type === 'cellNow') {
        const data = decodeCellData<ToCell>(message.data)
        if (!cell.sendStopped(data, () => done(message.ask))) cell.send(data)
      } else if (message.type === 'cellGo') cell.go(message.step)
      else if (message.type === 'cellStop') {
        stop = message.stop
        cell.stop()
      }
    }
    const decoder = createLineDecoder()
    socket.on('data', (chunk) => {
      for (const line of decoder.push(chunk)) {
        const message = parseToHost(decodeLine(line))
        if (message !== undefined) take(message)
      }
    })
  })
  // Nobody would see what happens here any more.
  socket.on('error', () => process.exit(1))
  socket.on('close', () => process.exit(1))
  // A terminal's Ctrl-C reaches every process of the group; the owner of this one decides what it means.
  process.on('SIGINT', () => undefined)
}
