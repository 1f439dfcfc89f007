/**
 * `taskscope wrap [--record FILE] [--raw] -- COMMAND…`: an MCP client launches this instead of its server, and the
 * server behind it. stdout and stderr belong to the server. Whatever else goes wrong, bytes pass.
 */
import type { Clock, Timers } from '../../model/clock.ts'
import { redactText } from '../wire/redaction.ts'
import { keepConversation } from './conversation-keeper.ts'
import { type RecordFile, tryRecordFile } from './record-file.ts'
import { RecordingTap } from './recording-tap.ts'
import { ShimOrders } from './shim-orders.ts'
import { type Shim, type ShimExit, type ShimStreams, startShim } from './stdio-shim.ts'
import { WireWatch } from './wire-watch.ts'

export interface WrapIo {
  readonly streams: ShimStreams
  readonly clock: Clock
  readonly timers: Timers
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls `handle` for each signal that this process gets, until disposed. */
  readonly onSignal: (handle: (name: NodeJS.Signals) => void) => () => void
}

interface WrapArguments {
  readonly command: string
  readonly args: readonly string[]
  readonly record?: string
  readonly raw: boolean
}

const wrapUsage = 'usage: taskscope wrap [--record FILE] [--raw] -- COMMAND [ARGUMENT…]\n'
const wrongUsage = { code: 64, signal: undefined }
const notStarted = { code: 127, signal: undefined }

/** @returns how this process is to end: as the server did, with 64 for a wrong command line, 127 when it cannot start */
export async function wrapCommand(argv: readonly string[], io: WrapIo): Promise<ShimExit> {
  const say = (text: string) => io.streams.stderr.write(`taskscope wrap: ${text}\n`)
  if (argv[0] === '--help' || argv[0] === '-h') {
    // Nobody speaks MCP with who asks this.
    io.streams.stdout.write(wrapUsage)
    return { code: 0, signal: undefined }
  }
  const wanted = parseArguments(argv)
  if (wanted === undefined) {
    io.streams.stderr.write(wrapUsage)
    return wrongUsage
  }
  const giveUp = (error: unknown) =>
    say(`recording has stopped: ${error instanceof Error ? error.message : String(error)}`)
  const file = tryRecordFile(wanted.record, giveUp)
  let shim: Shim | undefined
  const { watch, close } = watchConversation(wanted, io, file, () => shim?.pid)
  const started = startShim({
    command: wanted.command,
    args: wanted.args,
    streams: io.streams,
    timers: io.timers,
    watcher: watch,
    watchFailed: giveUp,
  })
  shim = started
  const stopListening = io.onSignal((name) => started.signal(name))
  try {
    return await started.done
  } catch (error) {
    say(`cannot start ${wanted.command}: ${error instanceof Error ? error.message : String(error)}`)
    return notStarted
  } finally {
    stopListening()
    await Promise.all([close(), file?.close()])
  }
}

/** Everything that watches, fed from one tap. */
function watchConversation(
  { command, args, raw }: WrapArguments,
  { clock, timers, env }: WrapIo,
  file: RecordFile | undefined,
  serverPid: () => number | undefined,
): { readonly watch: WireWatch; readonly close: () => Promise<void> } {
  const keeper = keepConversation({
    scenario: 'wrap',
    transport: 'stdio',
    command: [command, ...args].map((word) => (raw ? word : redactText(word))),
    serverPid,
    raw,
    file,
    clock,
    timers,
    env,
    order: (order) => orders.carryOut(order),
    lost: () => orders.takeBack(),
  })
  const watch = new WireWatch({
    tap: new RecordingTap(keeper.writers),
    store: keeper.heldStore,
    heldChanged: keeper.heldChanged,
  })
  const orders = new ShimOrders({ wire: watch, serverPid, tell: (message) => keeper.tell(message) })
  return { watch, close: () => keeper.close() }
}

function parseArguments(argv: readonly string[]): WrapArguments | undefined {
  const rest = [...argv]
  let record: string | undefined
  let raw = false
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    if (option === '--raw') raw = true
    else if (option === '--record') record = rest.shift()
    else if (option === '--') break
    else return undefined
    if (option === '--record' && record === undefined) return undefined
  }
  const [command, ...args] = rest
  return command === undefined ? undefined : { command, args, raw, ...(record === undefined ? {} : { record }) }
}
