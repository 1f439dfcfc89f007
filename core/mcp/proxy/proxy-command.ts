/**
 * `taskscope proxy --target URL [--port PORT] [--record FILE] [--raw]`: stands before an MCP server over HTTP. Prints the
 * URL that the client is to be given, and nothing else on stdout; the token in it is written nowhere.
 */
import { parseArgs } from 'node:util'
import type { Clock, Timers } from '../../model/clock.ts'
import { keepConversation } from './conversation-keeper.ts'
import { ExchangeRecorder } from './exchange-recorder.ts'
import { startHttpProxy } from './http-proxy.ts'
import { HttpWatch } from './http-watch.ts'
import { tryRecordFile } from './record-file.ts'
import type { FromShim } from './shim-messages.ts'
import { ShimOrders } from './shim-orders.ts'

export interface ProxyIo {
  /** Take whole lines. */
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly env: Readonly<Record<string, string | undefined>>
  /** Resolves when the person wants it to end. */
  readonly ended: Promise<unknown>
}

const proxyUsage = 'usage: taskscope proxy --target URL [--port PORT] [--record FILE] [--raw]'

/** @returns the exit code: 0 when it was ended, 2 when it cannot listen, 64 for a wrong command line */
export async function proxyCommand(argv: readonly string[], io: ProxyIo): Promise<number> {
  const wanted = readArguments(argv)
  if (typeof wanted === 'string') {
    if (wanted === 'help') io.out(proxyUsage)
    else io.err(`taskscope proxy: ${wanted}\n${proxyUsage}`)
    return wanted === 'help' ? 0 : 64
  }
  const { target, port, record, raw } = wanted
  const failed = (error: unknown) =>
    io.err(`taskscope proxy: recording has stopped: ${error instanceof Error ? error.message : String(error)}`)
  const file = tryRecordFile(record, failed)
  const keeper = keepConversation({
    scenario: 'proxy',
    transport: 'http',
    command: [`${target.origin}${target.pathname}`],
    serverPid: () => undefined,
    raw,
    file,
    clock: io.clock,
    timers: io.timers,
    env: io.env,
    order: (order) => orders.carryOut(order),
    lost: () => orders.takeBack(),
  })
  const watch = new HttpWatch({
    target,
    recorder: new ExchangeRecorder(keeper.writers, failed),
    store: keeper.heldStore,
    heldChanged: keeper.heldChanged,
    failed,
  })
  const tell = (message: FromShim) => keeper.tell(message)
  const orders = new ShimOrders({ wire: watch, serverPid: () => undefined, tell })
  try {
    const proxy = await startHttpProxy({ target, port, watch })
    io.out(proxy.url)
    io.err(`taskscope proxy: stands before ${target.origin}${target.pathname}; give your client the URL above`)
    await io.ended
    await proxy.close()
    return 0
  } catch (error) {
    io.err(`taskscope proxy: cannot listen: ${error instanceof Error ? error.message : String(error)}`)
    return 2
  } finally {
    watch.close()
    await Promise.all([keeper.close(), file?.close()])
  }
}

interface ProxyArguments {
  readonly target: URL
  readonly port: number
  readonly record?: string
  readonly raw: boolean
}

function readArguments(argv: readonly string[]): ProxyArguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        target: { type: 'string' },
        port: { type: 'string' },
        record: { type: 'string' },
        raw: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) return 'help'
    if (values.target === undefined) return 'it needs the URL of a server'
    if (!URL.canParse(values.target)) return `${JSON.stringify(values.target)} is no URL`
    const target = new URL(values.target)
    if (target.protocol !== 'http:' && target.protocol !== 'https:') return 'it speaks HTTP and HTTPS only'
    const port = Number(values.port ?? 0)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return '--port takes a number up to 65535'
    const { record } = values
    return { target, port, raw: values.raw === true, ...(record === undefined ? {} : { record }) }
  } catch (error) {
    if (error instanceof TypeError) return error.message.split(/[.\n]/)[0] ?? error.message
    throw error
  }
}
